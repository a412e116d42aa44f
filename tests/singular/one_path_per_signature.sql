with

-- The comparison reads each event: only logs of up to a million events are checked.
timeline as (
    select * from {{ ref('timeline') }}
    where (select count(*) from {{ ref('timeline') }}) <= 1000000
)

select
    timeline.case_key,
    timeline.event_number
from timeline
inner join {{ ref('case_paths') }} as case_paths on timeline.case_key = case_paths.case_key
left join {{ ref('path_steps') }} as path_steps
    on
        case_paths.path_key = path_steps.path_key
        and timeline.event_number = path_steps.step_number
where timeline.activity_code is distinct from path_steps.activity_code
