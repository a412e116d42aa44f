with

counts as (
    select
        (select coalesce(sum(transition_count), 0) from {{ ref('edges') }}) as transitions,
        (select coalesce(sum(case_count), 0) from {{ ref('step_flow') }}) as flows,
        (select count(*) from {{ ref('timeline') }}) as events,
        (select count(*) from {{ ref('case_facts') }}) as cases
)

select * from counts
where transitions != events - cases or flows != transitions
