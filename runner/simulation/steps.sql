-- One row per event: the activities of a phase are spread over its duration, the first at its start
-- and the last at its end.
create table steps as
with unnested as (
    select
        deal,
        phase,
        part,
        began_minute,
        minutes,
        due_day,
        len(activities) as last_step,
        unnest(activities) as activity,
        unnest(range(1, len(activities) + 1)) as step
    from phases
),
drawn as (
    select *, luck('step', concat_ws('/', deal, phase, part, step)) as luck from unnested
)
select
    deal,
    cast(part as tinyint) as part,
    -- The position in its deal; one narrow key sorts faster than three.
    cast(phase * 128 + part * 32 + step as smallint) as place,
    activity,
    due_day,
    cast(began_minute + case
        when last_step = 1 then 0
        else (minutes * (
            (step - 1) * 65536 - if(step in (1, last_step), 0, draw(luck, 0) * 9 // 10)
        ))
            // ((last_step - 1) * 65536)
    end as integer) as minute,
    draw(luck, 1) as draw,
    draw(luck, 2) as copies_draw
from drawn;
