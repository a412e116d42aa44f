-- One pass over the events of a case. The signature needs no sort, because the hash includes the
-- position. Cases of one path have the same signature; a second one detects collisions. Future
-- events are counted, but decide no outcome.

with

timeline as (
    select * from {{ ref('timeline') }}
),

activity_codes as (
    select * from {{ ref('activity_codes') }}
),

case_outcomes as (
    select * from {{ ref('case_outcomes') }}
),

-- Zone key 0 means none here: an end with a time of day must have no zone, and packed_by skips
-- nulls.
event_sums as (
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
        bit_xor({{ hash_key(pack('timeline.event_number', 'timeline.activity_code', 16)) }})
            as signature,
        bit_xor({{ hash_key(pack('timeline.activity_code', 'timeline.event_number')) }})
            as second_signature,
        cast(count(*) filter (where timeline.elapsed_us = 0) as integer) as tie_count,
        coalesce(bool_or(
            cast(timeline.local_at as date) = cast(timeline.previous_local_at as date)
            and (timeline.zone_key is not null or timeline.previous_zone_key is not null)
        ), false) as has_shared_date,
        bool_or(activity_codes.is_catalogued) as is_catalogued,
        coalesce(bool_or(activity_codes.phase = 'lead'), false) as has_lead,
        coalesce(bool_or(
            not timeline.is_future
            and (activity_codes.phase != 'lead' or activity_codes.effect = 'converted')
        ), false) as has_opportunity,
        coalesce(bool_or(activity_codes.effect = 'written_off' and not timeline.is_future), false)
            as is_written_off
    from timeline
    inner join activity_codes on timeline.activity_code = activity_codes.activity_code
    group by timeline.case_key
),

case_facts as (
    select
        event_sums.case_key,
        event_sums.event_count,
        event_sums.started_at,
        event_sums.ended_at,
        event_sums.started_local_at,
        event_sums.ended_local_at,
        event_sums.started_zone_key,
        event_sums.ended_zone_key,
        {{ stamped_us('started', 'ended') }} as duration_us,
        event_sums.signature,
        event_sums.second_signature,
        event_sums.tie_count,
        event_sums.tie_count = 0 and not event_sums.has_shared_date as order_is_certain,
        event_sums.is_catalogued,
        event_sums.has_lead,
        event_sums.is_written_off,
        case
            when not event_sums.is_catalogued then 'unknown'
            when event_sums.has_lead and not event_sums.has_opportunity then 'lead'
            else 'opportunity'
        end as case_kind,
        case
            when not event_sums.is_catalogued then 'unknown'
            else coalesce(case_outcomes.outcome, 'open')
        end as outcome,
        coalesce(case_outcomes.is_derived, false) as outcome_is_derived,
        case_outcomes.decided_number,
        case_outcomes.decided_at,
        case_outcomes.decided_local_at,
        case_outcomes.reopened_number
    from event_sums
    left join case_outcomes on event_sums.case_key = case_outcomes.case_key
)

select * from case_facts
