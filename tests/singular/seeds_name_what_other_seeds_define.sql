with

-- Names in seeds that another seed must define.
used_names as (
    select
        'activity_aliases' as seed,
        activity as name,
        'activity' as kind
    from {{ ref('activity_aliases') }}
    union all
    select
        'document_amounts',
        activity,
        'activity'
    from {{ ref('document_amounts') }}
    union all
    select
        'kpis',
        to_activity,
        'activity'
    from {{ ref('kpis') }}
    union all
    select
        'kpis',
        from_activity,
        'activity'
    from {{ ref('kpis') }}
    union all
    select
        'precedences',
        activity,
        'activity'
    from {{ ref('precedences') }}
    union all
    select
        'precedences',
        must_follow,
        'activity'
    from {{ ref('precedences') }}
    union all
    select
        'limits',
        measure,
        'measure'
    from {{ ref('limits') }}
    union all
    select
        'targets',
        kpi,
        'kpi'
    from {{ ref('targets') }}
    union all
    select
        'activities',
        default_stage,
        'stage'
    from {{ ref('activities') }}
    union all
    select
        'region_calendars',
        calendar,
        'calendar'
    from {{ ref('region_calendars') }}
    union all
    -- Cases of all other regions use this calendar.
    select
        'calendars',
        'default',
        'calendar'
    union all
    select
        'company_holidays',
        calendar,
        'calendar'
    from {{ ref('company_holidays') }}
    union all
    select
        'oracle_sources',
        about,
        'column or activity'
    from {{ ref('oracle_sources') }}
    union all
    select
        'segment_texts',
        dimension,
        'dimension'
    from {{ ref('segment_texts') }}
    union all
    select
        'activities',
        phase,
        'phase'
    from {{ ref('activities') }}
    union all
    select
        'activities',
        waited_for,
        'waited_for'
    from {{ ref('activities') }}
    union all
    select
        'activities',
        outcome,
        'outcome'
    from {{ ref('activities') }}
),

defined_names as (
    select
        calendar as name,
        'calendar' as kind
    from {{ ref('calendars') }}
    union all
    select
        country,
        'calendar'
    from {{ ref('country_zones') }}
    union all
    select
        activity,
        'activity'
    from {{ ref('activities') }}
    union all
    select
        activity,
        'column or activity'
    from {{ ref('activities') }}
    union all
    select
        column_name,
        'column or activity'
    from {{ ref('template_columns') }}
    union all
    select
        kpi,
        'kpi'
    from {{ ref('kpis') }}
    union all
    select
        stage,
        'stage'
    from {{ ref('stages') }}
    union all
    select
        measure,
        'measure'
    from {{ ref('quality_measures') }}
    union all
    select
        key,
        'dimension'
    from {{ ref('template_columns') }}
    union all
    select
        dimension,
        'dimension'
    from {{ ref('dimensions') }}
    union all
    select
        code,
        code_type
    from {{ ref('codes') }}
)

select
    used_names.seed,
    used_names.name
from used_names
left join defined_names
    on used_names.kind = defined_names.kind and used_names.name = defined_names.name
where used_names.name is not null and defined_names.name is null
