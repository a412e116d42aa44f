-- Shares are of all cases: a case without a milestone counts in the denominator only, and has no
-- row.

with

milestone_totals as (
    select * from {{ ref('milestone_totals') }}
),

milestone_paths as (
    select * from {{ ref('milestone_paths') }}
),

milestone_steps as (
    select * from {{ ref('milestone_steps') }}
),

activity_codes as (
    select * from {{ ref('activity_codes') }}
),

all_paths as (
    select cast(sum(case_count) as bigint) as all_cases
    from {{ ref('paths') }}
),

-- Milestone paths with their rank and the number of cases up to it.
ranked_totals as (
    select
        *,
        cast(row_number() over most_first as bigint) as rank,
        cast(sum(case_count) over (
            order by case_count desc, milestone_path_id asc
            rows between unbounded preceding and current row
        ) as bigint) as cases_so_far
    from milestone_totals
    window most_first as (order by case_count desc, milestone_path_id asc)
),

-- Occurrences of a milestone in all cases of its milestone path.
milestone_counts as (
    select
        milestone_paths.milestone_path_id,
        milestone_steps.step_number,
        milestone_steps.activity_code,
        milestone_steps.is_out_of_order,
        cast(sum(milestone_steps.occurrences * milestone_steps.case_count) as bigint)
            as occurrences
    from milestone_steps
    inner join milestone_paths on milestone_steps.path_key = milestone_paths.path_key
    group by
        milestone_paths.milestone_path_id,
        milestone_steps.step_number,
        milestone_steps.activity_code,
        milestone_steps.is_out_of_order
),

milestone_variants as (
    select
        ranked_totals.milestone_path_id as path_id,
        ranked_totals.rank,
        cast(milestone_counts.step_number as bigint) as step_number,
        activity_codes.activity,
        cast(milestone_counts.occurrences as double) / ranked_totals.case_count
            as mean_occurrences,
        milestone_counts.is_out_of_order,
        ranked_totals.case_count,
        cast(ranked_totals.case_count as double) / all_paths.all_cases as case_share,
        cast(ranked_totals.cases_so_far as double) / all_paths.all_cases as cumulative_share,
        {{ elapsed_days('ranked_totals.median_us') }} as median_days,
        ranked_totals.value_reporting
    from ranked_totals
    inner join milestone_counts
        on ranked_totals.milestone_path_id = milestone_counts.milestone_path_id
    inner join activity_codes on milestone_counts.activity_code = activity_codes.activity_code
    cross join all_paths
)

select * from milestone_variants
