-- A reopened deal whose event has no open stage returns to its last open stage. If the next written
-- stage is that stage, it is not a new entry.

with

stage_changes as (
    select * from {{ ref('stage_changes') }}
),

-- The stage after a change: its own, or for a reopening the last open one.
changes_in_stages as (
    select
        *,
        coalesce(stage_key, case
            when not is_closed
                then {{ ignore_nulls('lag', 'case when not is_closed then stage_key end') }}
                    over history
        end) as current_stage_key
    from stage_changes
    window history as (partition by case_key order by event_number)
),

-- A reopening of a deal that was never in a stage has none.
changes_in_order as (
    select
        *,
        lag(current_stage_key) over history as previous_stage_key,
        row_number() over (
            partition by case_key, current_stage_key order by event_number
        ) > 1 as is_return
    from changes_in_stages
    where is_closed or current_stage_key is not null
    window history as (partition by case_key order by event_number)
),

stage_entries as (
    select
        case_key,
        event_number,
        current_stage_key as stage_key,
        is_closed,
        outcome,
        event_at as entered_at,
        local_at as entered_local_at,
        zone_key as entered_zone_key,
        representative_key,
        region_key,
        is_return
    from changes_in_order
    where is_closed or current_stage_key is distinct from previous_stage_key
)

select * from stage_entries
