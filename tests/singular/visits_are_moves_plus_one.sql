select
    visits.case_key,
    count(*) as visits,
    count(moves.case_key) as moves
from {{ ref('visits') }} as visits
left join {{ ref('moves') }} as moves
    on
        visits.case_key = moves.case_key
        and visits.visit_number = moves.move_number
group by visits.case_key
having count(*) != count(moves.case_key) + 1
