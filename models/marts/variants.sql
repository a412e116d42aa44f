-- Ranked by number of cases, then by id, so that the rank is the same in every run.

with

paths as (
    select * from {{ ref('paths') }}
),

path_names as (
    select * from {{ ref('path_names') }}
),

milestone_paths as (
    select * from {{ ref('milestone_paths') }}
),

-- Paths with their rank and the number of cases up to it.
ranked_paths as (
    select
        path_names.variant_id,
        path_names.path,
        path_names.activity_count,
        milestone_paths.milestone_path_id,
        paths.case_count,
        paths.median_us,
        paths.value_reporting,
        cast(row_number() over most_first as bigint) as rank,
        cast(sum(paths.case_count) over (
            order by paths.case_count desc, path_names.variant_id asc
            rows between unbounded preceding and current row
        ) as bigint) as cases_so_far,
        cast(sum(paths.case_count) over () as bigint) as all_cases
    from paths
    inner join path_names on paths.path_key = path_names.path_key
    left join milestone_paths on paths.path_key = milestone_paths.path_key
    window most_first as (order by paths.case_count desc, path_names.variant_id asc)
),

variants as (
    select
        variant_id,
        path,
        activity_count,
        milestone_path_id,
        case_count,
        cast(case_count as double) / all_cases as case_share,
        cast(cases_so_far as double) / all_cases as cumulative_share,
        rank,
        {{ elapsed_days('median_us') }} as median_days,
        value_reporting
    from ranked_paths
)

select * from variants
