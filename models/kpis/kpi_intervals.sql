-- An interval that ends before it starts, or starts and ends with the same event, is not counted.
-- Without a start activity, the interval starts with the first event of the case; a case that
-- begins with the end activity has no interval.

with

kpis as (
    select * from {{ ref('kpis') }}
),

activity_codes as (
    select * from {{ ref('activity_codes') }}
),

occurrences as (
    select * from {{ ref('occurrences') }}
),

case_conditions as (
    select * from {{ ref('case_conditions') }}
),

attribute_values as (
    select * from {{ ref('attribute_values') }}
),

-- Interval KPIs with their activities as codes.
coded_kpis as (
    select
        kpis.*,
        starts.activity_code as from_code,
        ends.activity_code as to_code
    from kpis
    inner join activity_codes as ends on kpis.to_activity = ends.activity
    left join activity_codes as starts on kpis.from_activity = starts.activity
    where kpis.form = 'interval'
),

-- One row per interval KPI and case with its end: the moments at both ends.
intervals as (
    select
        coded_kpis.kpi,
        case_conditions.case_key,
    {% for part in ['at', 'local_at', 'zone_key', 'number'] -%}
        case
            when coded_kpis.from_activity is null
                then {{ '1' if part == 'number' else 'case_conditions.started_' ~ part }}
            when coded_kpis.from_occurrence = 'last' then starts.last_{{ part }}
            else starts.first_{{ part }}
        end as from_{{ part }},
        case
            when coded_kpis.to_occurrence = 'last' then ends.last_{{ part }}
            else ends.first_{{ part }}
        end as to_{{ part }}{{ ',' if not loop.last }}
    {% endfor -%}
    from coded_kpis
    inner join occurrences as ends on coded_kpis.to_code = ends.activity_code
    inner join case_conditions on ends.case_key = case_conditions.case_key
    left join occurrences as starts
        on
            coded_kpis.from_code = starts.activity_code
            and ends.case_key = starts.case_key
    where
        coded_kpis.case_kind in ('all', case_conditions.case_kind)
        and (coded_kpis.from_activity is not null or ends.first_number > 1)
        and {{ meets('coded_kpis.population') }}
),

-- Both ends of an interval on one clock (macro clock_times).
intervals_on_one_clock as (
    select
        intervals.*,
        {{ clock_times('from', 'to', 'zones.value') }}
    from intervals
    {{ decode('coalesce(intervals.from_zone_key, intervals.to_zone_key)', 'time_zone', 'zones') }}
    where intervals.from_number != intervals.to_number
),

measured_intervals as (
    select
        kpi,
        case_key,
        {{ month_of('to_local_at') }} as month,
        {{ spent_us('from', 'to') }} as spent_us
    from intervals_on_one_clock
),

kpi_intervals as (
    select * from measured_intervals
    where spent_us >= 0
)

select * from kpi_intervals
