-- A case weighs 1, or its value in the reporting currency; an unknown value is counted in n, not in
-- the sums.

with

kpis as (
    select * from {{ ref('kpis') }}
),

case_conditions as (
    select * from {{ ref('case_conditions') }}
),

kpi_shares as (
    select
        kpis.kpi,
        case_conditions.case_key,
        {{ month_of("case kpis.date_basis
            when 'ended' then case_conditions.decided_local_at
            else case_conditions.started_local_at
        end") }} as month,
        {{ meets('kpis.numerator') }} as is_counted,
        case kpis.weight
            when 'value' then case_conditions.value_reporting
            else 1
        end as weight
    from kpis
    inner join case_conditions
        on kpis.case_kind in ('all', 'lead', case_conditions.case_kind)
    where kpis.form = 'share' and {{ meets('kpis.population') }}
)

select * from kpi_shares
