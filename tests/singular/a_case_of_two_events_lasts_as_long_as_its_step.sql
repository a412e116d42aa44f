select cases.case_id
from {{ ref('cases') }} as cases
inner join {{ ref('transitions') }} as transitions on cases.case_id = transitions.case_id
where
    cases.event_count = 2
    and (
        cases.duration_days != transitions.elapsed_days
        or cases.business_days != transitions.business_days
    )
