-- 20,000 events without any catalogued activity. md5 replaces random numbers, so every run has the
-- same rows; the variable activity_count is the number of activities. Every tenth event
-- belongs to one long case; the others draw one of 3,000 cases (the lower of two draws, so lengths
-- differ) and one of 160 moments of it, so ties are common. No id is a text for an
-- empty value (NULL), because the import rejects such rows.

with

numbers as (
    select unnest(range(20000)) as event
),

draws as (
    select
        event,
        cast(md5_number_lower(event || ' case') % 3000 as bigint) as case_number,
        cast(md5_number_lower(event || ' other case') % 3000 as bigint) as other_case_number,
        cast(
            md5_number_lower(event || ' activity') % cast(getvariable('activity_count') as ubigint)
            as bigint
        ) as activity_number,
        cast(md5_number_lower(event || ' moment') % 160 as bigint) as moment,
        cast(md5_number_lower(event || ' spelling') % 8 as bigint) as spelling
    from numbers
),

drawn_cases as (
    select
        event,
        case when event % 10 = 0 then 3000 else least(case_number, other_case_number) end
            as case_number,
        activity_number,
        moment,
        spelling
    from draws
),

events as (
    select
        event,
        case_number,
        activity_number,
        spelling,
        timestamp '1969-12-20 00:00:00'
        + to_days(cast(case_number * 7 as integer))
        + to_minutes(moment * 437)
        + to_microseconds(case when spelling > 5 then moment * 1001 else 0 end) as event_at
    from drawn_cases
)

select
    coalesce(
        (
            [
                'NA', '00012', '12', '12.0', '日本', '日本 ２', 'case  7', 'say "hi"', 'O''Brien',
                'a,b', 'nan.', 'NULL 1', 'n/a 1', '-.', '1e5', '#N/A 1', 'TRUE', '=1+1', 'a1', 'A1',
                '1969-12-31', 'ﾃｽﾄ'
            ]
        )[case_number + 1],
        'C' || case_number
    ) as "SalesOpportunity",
    coalesce(
        (
            ['NA', '受付 確認', 'step, then "step"', 'step', 'Step', 'step → step', '0']
        )[activity_number + 1],
        'A' || activity_number
    ) as "ActivityName",
    case spelling
        when 0 then strftime(event_at, '%Y-%m-%d %H:%M:%S')
        when 1 then strftime(event_at, '%Y-%m-%dT%H:%M:%SZ')
        when 2 then strftime(event_at + interval 9 hours, '%Y-%m-%dT%H:%M:%S+09:00')
        when 3 then strftime(event_at - interval '210 minutes', '%Y-%m-%d %H:%M:%S-03:30')
        when 4 then strftime(event_at, '%Y-%m-%d')
        when 5 then strftime(event_at, '%Y-%m-%d %H:%M')
        when 6 then strftime(event_at + interval 9 hours, '%Y-%m-%dT%H:%M:%S.%f+09:00')
        else strftime(event_at, '%Y-%m-%d %H:%M:%S.%f')
    end as "EventTime"
from events
order by event
