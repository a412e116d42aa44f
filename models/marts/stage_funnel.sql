-- A stage outside the stage list is its own label and follows all others, by name. A value is null
-- if no case has a known one.

with

funnel as (
    select * from {{ ref('funnel') }}
),

backlogs as (
    select * from {{ ref('backlogs') }}
),

stages as (
    select * from {{ ref('stages') }}
),

last_ranks as (
    select coalesce(max(rank), 0) as last_rank from stages
),

-- Visited stages with their labels; only stages outside the list are numbered by name.
labelled_stages as (
    select
        funnel.*,
        coalesce(stages.rank, last_ranks.last_rank + row_number() over (
            partition by stages.stage is null order by funnel.stage
        )) as rank,
        coalesce(stages.label_en, funnel.stage) as label_en,
        coalesce(stages.label_ja, funnel.stage) as label_ja
    from funnel
    cross join last_ranks
    left join stages on funnel.stage = stages.stage
),

stage_funnel as (
    select
        labelled_stages.stage,
        labelled_stages.label_en,
        labelled_stages.label_ja,
        cast(labelled_stages.rank as bigint) as rank,
        labelled_stages.entered_cases,
        labelled_stages.progressed_cases,
        labelled_stages.returned_cases,
        labelled_stages.lost_cases,
        labelled_stages.went_on_cases,
        labelled_stages.dropped_cases,
        labelled_stages.went_back_cases,
        labelled_stages.open_cases,
        labelled_stages.stalled_cases,
        labelled_stages.return_count,
        cast(labelled_stages.progressed_cases as double) / labelled_stages.entered_cases
            as conversion,
        {{ elapsed_days('labelled_stages.median_us') }} as median_days,
        {{ elapsed_days('labelled_stages.p90_us') }} as p90_days,
        case when labelled_stages.open_cases = 0 then 0 else backlogs.open_value end as open_value,
        case when labelled_stages.stalled_cases = 0 then 0 else backlogs.stalled_value end
            as stalled_value,
        {{ elapsed_days('backlogs.oldest_us') }} as oldest_open_days,
        backlogs.oldest_case_id as oldest_open_case_id
    from labelled_stages
    left join backlogs on labelled_stages.stage = backlogs.stage
)

select * from stage_funnel
