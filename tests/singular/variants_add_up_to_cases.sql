with

counts as (
    select
        (select coalesce(sum(case_count), 0) from {{ ref('variants') }}) as counted_cases,
        (select count(*) from {{ ref('case_paths') }}) as placed_cases,
        (select count(*) from {{ ref('case_facts') }}) as cases
)

select * from counts
where counted_cases != cases or placed_cases != cases
