-- The dates that an interval may begin or end on: those of events, holidays and the as-of moment,
-- with the two before and after. So far apart may two zones date one moment.

with

timeline as (
    select * from {{ ref('timeline') }}
),

cutoffs as (
    select * from {{ ref('cutoffs') }}
),

holidays as (
    select * from {{ ref('holidays') }}
),

happened as (
    select cast(local_at as date) as local_date from timeline
    union
    select cast(as_of_local as date) from cutoffs
    union
    select holiday_on from holidays
),

shifts as (
    {% for days in [-2, -1, 0, 1, 2] -%}
        select {{ days }} as days{{ ' union all' if not loop.last }}
    {% endfor -%}
),

log_dates as (
    select happened.local_date + shifts.days as local_date
    from happened
    cross join shifts
    where happened.local_date is not null
    group by happened.local_date + shifts.days
)

select * from log_dates
