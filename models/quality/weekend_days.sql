-- Days on weekends, in three groups: days that change if day and month are exchanged, the same days
-- after the exchange, and days after the twelfth, which cannot be exchanged. Distinct days are
-- counted, so that a busy day counts once. Three views: a system, one of its activities (a column
-- of a deals sheet), one of its files.

with

source_hours as (
    select * from {{ ref('source_hours') }}
),

-- One row per day as written, with day and month exchanged beside it.
written_days as (
    select
        source_system,
        activity,
        import_id,
        max(source_file) as source_file,
        written_on,
        {{ swapped_date('written_on') }} as swapped_on,
        sum(events) as events
    from source_hours
    group by source_system, activity, import_id, written_on
),

judged_days as (
    select
        *,
        {{ is_weekend('written_on') }} as on_weekend,
        {{ is_weekend('swapped_on') }} as swapped_on_weekend
    from written_days
),

weekend_days as (
    select
        source_system,
        activity,
        import_id,
        case when import_id is not null then max(source_file) end as source_file,
        sum(events) as events,
        coalesce(sum(events) filter (where swapped_on is not null), 0) as early_events,
        count(distinct case when swapped_on is not null then written_on end) as early_days,
        count(distinct case when swapped_on is not null and on_weekend then written_on end)
            as early_weekend_days,
        count(distinct case when swapped_on_weekend then written_on end) as swapped_weekend_days,
        count(distinct case when day(written_on) > 12 then written_on end) as late_days,
        count(distinct case when day(written_on) > 12 and on_weekend then written_on end)
            as late_weekend_days
    from judged_days
    group by grouping sets (
        (source_system), (source_system, activity), (source_system, import_id)
    )
)

select * from weekend_days
