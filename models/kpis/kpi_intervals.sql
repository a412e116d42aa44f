-- An interval whose end lies before its start is not counted, nor one from an event to itself. No
-- start activity: the case's first event; what begins with the end itself has no known start.

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

time_zones as (
    select * from {{ ref('attribute_values') }}
    where attribute = 'time_zone'
),

named as (
    select
        kpis.*,
        starts.activity_code as from_code,
        ends.activity_code as to_code
    from kpis
    inner join activity_codes as ends on kpis.to_activity = ends.activity
    left join activity_codes as starts on kpis.from_activity = starts.activity
    where kpis.form = 'interval'
),

bounded as (
    select
        named.kpi,
        case_conditions.case_key,
    {% for part in ['at', 'local_at', 'zone_key', 'number'] -%}
        case
            when named.from_activity is null
                then {{ '1' if part == 'number' else 'case_conditions.started_' ~ part }}
            when named.from_occurrence = 'last' then starts.last_{{ part }}
            else starts.first_{{ part }}
        end as from_{{ part }},
        case
            when named.to_occurrence = 'last' then ends.last_{{ part }}
            else ends.first_{{ part }}
        end as to_{{ part }}{{ ',' if not loop.last }}
    {% endfor -%}
    from named
    inner join occurrences as ends on named.to_code = ends.activity_code
    inner join case_conditions on ends.case_key = case_conditions.case_key
    left join occurrences as starts
        on
            named.from_code = starts.activity_code
            and ends.case_key = starts.case_key
    where
        named.case_kind in ('all', case_conditions.case_kind)
        and (named.from_activity is not null or ends.first_number > 1)
        and {{ meets('named.population') }}
),

clocked as (
    select
        bounded.*,
        {{ shared_clock('from', 'to', 'time_zones.value') }} as from_clock_at,
        {{ shared_clock('to', 'from', 'time_zones.value') }} as to_clock_at
    from bounded
    left join time_zones
        on coalesce(bounded.from_zone_key, bounded.to_zone_key) = time_zones.value_key
    where bounded.from_number != bounded.to_number
),

measured as (
    select
        kpi,
        case_key,
        substr(cast(to_local_at as string), 1, 7) as month,
        {{ spent_us('from', 'to') }} as spent_us
    from clocked
),

kpi_intervals as (
    select * from measured
    where spent_us >= 0
)

select * from kpi_intervals
