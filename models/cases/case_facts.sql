-- What the order of events says of a case, in one pass. The signature needs no order, because the
-- position is inside the hash: cases of one path share it; a second one guards against chance.
-- Outcome: the latest event that carries one; without any, the first order, fulfilment, invoice or
-- payment implies won. Future events are counted but decide nothing.

with

timeline as (
    select * from {{ ref('timeline') }}
),

activity_codes as (
    select * from {{ ref('activity_codes') }}
),

counted as (
    select
        timeline.case_key,
        cast(count(*) as integer) as event_count,
        min(timeline.event_at) as started_at,
        max(timeline.event_at) as ended_at,
        min_by(timeline.local_at, timeline.event_number) as started_local_at,
        max_by(timeline.local_at, timeline.event_number) as ended_local_at,
        max(case when timeline.event_number = 1 then timeline.zone_key end) as started_zone_key,
        nullif({{ packed_by('max', 'coalesce(timeline.zone_key, 0)', 'timeline.event_number') }}, 0)
            as ended_zone_key,
        bit_xor({{ hash_key(
            'cast(timeline.event_number as bigint) * 65536 + timeline.activity_code'
        ) }}) as signature,
        bit_xor({{ hash_key(
            'cast(timeline.activity_code as bigint) * 4294967296 + timeline.event_number'
        ) }}) as second_signature,
        cast(count(*) filter (where timeline.elapsed_us = 0) as integer) as tie_count,
        bool_or(
            cast(timeline.local_at as date) = cast(timeline.previous_local_at as date)
            and (timeline.is_date_only or timeline.previous_is_date_only)
        ) as has_shared_date,
        bool_or(activity_codes.is_catalogued) as is_catalogued,
        coalesce(bool_or(activity_codes.phase = 'lead'), false) as has_lead,
        coalesce(bool_or(activity_codes.effect = 'converted' and not timeline.is_future), false)
            as is_converted,
        coalesce(bool_or(activity_codes.phase != 'lead' and not timeline.is_future), false)
            as has_opportunity,
        max_by(activity_codes.outcome, timeline.event_number) filter (
            where activity_codes.outcome is not null and not timeline.is_future
        ) as given_outcome,
        max(timeline.event_number) filter (
            where activity_codes.outcome is not null and not timeline.is_future
        ) as outcome_number,
        max(timeline.event_number) filter (
            where activity_codes.outcome = 'open' and not timeline.is_future
        ) as reopened_number,
        min(timeline.event_number) filter (
            where activity_codes.implies_won and not timeline.is_future
        ) as implied_number
    from timeline
    inner join activity_codes on timeline.activity_code = activity_codes.activity_code
    group by timeline.case_key
),

case_facts as (
    select
        case_key,
        event_count,
        started_at,
        ended_at,
        started_local_at,
        ended_local_at,
        started_zone_key,
        ended_zone_key,
        {{ stamped_us('started', 'ended') }} as duration_us,
        signature,
        second_signature,
        tie_count,
        tie_count = 0 and not coalesce(has_shared_date, false) as order_is_certain,
        is_catalogued,
        has_lead,
        case
            when not is_catalogued then 'unknown'
            when has_lead and not (is_converted or has_opportunity) then 'lead'
            else 'opportunity'
        end as case_kind,
        case
            when not is_catalogued then 'unknown'
            when given_outcome is not null then given_outcome
            when implied_number is not null then 'won'
            else 'open'
        end as outcome,
        given_outcome is null and implied_number is not null as outcome_is_derived,
        case
            when given_outcome = 'open' then null
            else coalesce(outcome_number, implied_number)
        end as decided_number,
        reopened_number
    from counted
)

select * from case_facts
