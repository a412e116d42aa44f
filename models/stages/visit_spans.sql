-- A visit is a run of events in one stage. It ends with the next stage or with an outcome; closed
-- stages have no visits. Its duration is in whole days if either end is date-only; business days
-- follow the calendar of the region. An open visit lasts until the as-of moment.

with

stage_entries as (
    select * from {{ ref('stage_entries') }}
),

as_of_moment as (
    select * from {{ ref('as_of_moment') }}
),

case_calendars as (
    select * from {{ ref('case_calendars') }}
),

calendar_days as (
    select * from {{ ref('calendar_days') }}
),

attribute_values as (
    select * from {{ ref('attribute_values') }}
),

-- Each entry with the next entry and, past closed ones, the next visit, in one sort.
entries_in_order as (
    select
        *,
        cast(count(case when not is_closed then event_number end) over so_far as integer)
            as visit_number,
        lead(is_closed) over history as enters_closed,
        lead(outcome) over history as entered_outcome,
        lead(entered_at) over history as left_at,
        lead(entered_local_at) over history as left_local_at,
        lead(entered_zone_key) over history as ended_zone_key,
        {{ ignore_nulls('lead', 'case when not is_closed then stage_key end') }} over history
            as next_stage_key,
        {{ ignore_nulls('lead', 'case when not is_closed then is_return end') }} over history
            as next_is_return,
        {{ ignore_nulls('lead', 'case when not is_closed then entered_at end') }} over history
            as moved_at
    from stage_entries
    window
        history as (partition by case_key order by event_number),
        so_far as (
            partition by case_key order by event_number
            rows between unbounded preceding and current row
        )
),

-- Visits with the calendar of their case and an end: for an open visit, the as-of moment.
visits_with_ends as (
    select
        entries_in_order.*,
        case_calendars.calendar,
        case_calendars.calendar_zone,
        coalesce(entries_in_order.left_at, as_of_moment.as_of) as ended_at,
        coalesce(entries_in_order.left_local_at, as_of_moment.as_of_local) as ended_local_at
    from entries_in_order
    inner join case_calendars on entries_in_order.case_key = case_calendars.case_key
    cross join as_of_moment
    where not entries_in_order.is_closed
),

-- Both ends of a visit on one clock (macro clock_times).
visits_on_one_clock as (
    select
        visits_with_ends.*,
        {{ clock_times('entered', 'ended', 'zones.value', 'visits_with_ends.calendar_zone') }}
    from visits_with_ends
    {{ decode(
        'coalesce(visits_with_ends.entered_zone_key, visits_with_ends.ended_zone_key)',
        'time_zone', 'zones'
    ) }}
),

visit_spans as (
    select
        visits.case_key,
        visits.visit_number,
        visits.stage_key,
        visits.next_stage_key,
        visits.next_is_return,
        visits.enters_closed,
        visits.entered_outcome,
        visits.entered_at,
        visits.left_at,
        visits.moved_at,
        visits.representative_key,
        visits.region_key,
        greatest(0, {{ spent_us('entered', 'ended') }}) as spent_us,
        {{ worked_days('entered', 'ended') }} as worked_days
    from visits_on_one_clock as visits
    {{ join_calendar_days('visits', 'entered', 'ended') }}
)

select * from visit_spans
