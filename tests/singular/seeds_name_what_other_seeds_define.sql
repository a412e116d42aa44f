with

named as (
    select
        'activity_aliases' as seed,
        activity as name,
        'activity' as kind
    from {{ ref('activity_aliases') }}
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
        'oracle_sources',
        about,
        'column or activity'
    from {{ ref('oracle_sources') }}
),

defined as (
    select
        activity as name,
        'activity' as kind
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
)

select
    named.seed,
    named.name
from named
left join defined on named.kind = defined.kind and named.name = defined.name
where named.name is not null and defined.name is null
