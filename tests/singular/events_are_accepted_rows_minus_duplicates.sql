with

counts as (
    select
        (select count(*) from {{ ref('timeline') }}) as events,
        (select count(*) from {{ ref('accepted_rows') }}) as accepted,
        (select count(*) from {{ ref('duplicate_rows') }}) as duplicates
)

select * from counts
where events != accepted - duplicates
