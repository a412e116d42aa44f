-- Ties, nulls, times before 1970, clock changes, parts of a second, blank cells of a seed. The hash
-- differs by engine, but it is distinct for distinct names and never negative on both.

with

moments as (
    select
        moments.moment,
        moments.started_at,
        moments.ended_at
    from (
        values
        (1, timestamp '1960-02-29 23:59:59.999999', timestamp '1960-03-01 00:00:00'),
        (2, timestamp '2024-03-10 07:00:00', timestamp '2024-03-10 06:59:59.5'),
        (3, timestamp '2024-11-03 06:30:00', timestamp '2024-11-03 05:30:00'),
        (4, timestamp '2024-01-01 00:00:00', null)
    ) as moments (moment, started_at, ended_at)
),

texts as (
    select
        texts.place,
        texts.word,
        texts.amount,
        replace(texts.cells, '~', chr(92)) as cells
    from (
        values
        (1, 'b', 9000000000000000000, '{"a.b": "it", "say ~"x~"": "no"}'),
        (2, null, 9000000000000000000, null),
        (3, 'a', null, '{"a.b": "日本"}'),
        (4, 'b', -1, null)
    ) as texts (place, word, amount, cells)
),

previous_words as (
    select
        place,
        {{ ignore_nulls('lag', 'word') }} over history as previous_word
    from texts
    window history as (order by place)
),

object_names as (
    select {{ json_names('cells') }} as name
    from texts
    where cells is not null
),

names as (
    select concat(moments.moment, ' ', texts.place, ' ', activities.activity) as name
    from texts
    cross join moments
    cross join {{ ref('activities') }} as activities
),

name_keys as (
    select
        name,
        {{ hash_key('name') }} as name_key
    from names
),

sample_sizes as (
    select
        sample_sizes.n,
        sample_sizes.expected
    from (
        values
        (5, '0 0'), (6, '1 6'), (8, '1 8'), (9, '2 8'), (15, '4 12'), (25, '8 18'), (50, '18 33'),
        (100, '40 61'), (1000000, '499020 500981')
    ) as sample_sizes (n, expected)
),

macro_results as (
    select
        concat('dates_between ', moment) as macro_call,
        cast({{ dates_between('cast(started_at as date)', 'cast(ended_at as date)') }} as string)
            as result,
        case moment when 1 then '1' when 4 then null else '0' end as expected
    from moments
    union all
    select
        concat('microseconds_between ', moment),
        cast({{ microseconds_between('started_at', 'ended_at') }} as string),
        case moment when 1 then '1' when 2 then '-500000' when 3 then '-3600000000' end
    from moments
    union all
    select
        concat('local_time ', moment),
        substr(cast({{ local_time('started_at', "'America/New_York'") }} as string), 1, 19),
        case moment
            when 1 then '1960-02-29 18:59:59'
            when 2 then '2024-03-10 03:00:00'
            when 3 then '2024-11-03 01:30:00'
            else '2023-12-31 19:00:00'
        end
    from moments
    union all
    select 'ordered_text', {{ ordered_text('word', '+', 'place') }}, 'b+a+b' from texts
    union all
    select 'first_few', {{ first_few('word', 'place != 3') }}, 'b' from texts
    union all
    select 'first_few by place', {{ first_few('word', 'true', '12 - place') }}, 'b; a; b' from texts
    union all
    select
        'first_few of many',
        {{ first_few('concat(texts.place, moments.moment)', 'moments.moment != 1') }},
        '12; 13; 14; 22; 23'
    from texts
    cross join moments
    union all
    select 'first_few of none', {{ first_few('word', 'place > 9') }}, null from texts
    union all
    select 'non_null_by max_by', {{ non_null_by('max_by', 'amount', 'place') }}, '-1' from texts
    union all
    select 'non_null_by min_by', {{ non_null_by('min_by', 'word', '-place') }}, 'b' from texts
    union all
    select 'non_null_by of nulls', {{ non_null_by('max_by', 'word', 'place') }}, null from texts
    where word is null
    union all
    select 'spelling', max({{ spelling("'Ｑuote（２０） - Sent'") }}), 'quote20sent' from texts
    union all
    select 'spelling in half width', max({{ spelling("'　ﾆｰｽﾞ ﾊﾟｲﾌﾟ'") }}), 'ニスハイフ' from texts
    union all
    select 'currency_code', max({{ currency_code("'　ｊPｙ '") }}), 'JPY' from texts
    union all
    select 'currency_code of none', max({{ currency_code("' '") }}), null from texts
    union all
    select
        concat('swapped_date ', moment),
        cast({{ swapped_date('cast(ended_at as date)') }} as string),
        case moment when 1 then '1960-01-03' when 2 then '2024-10-03' when 3 then '2024-03-11' end
    from moments
    union all
    select 'exact_sum', cast({{ exact_sum('amount') }} as string), '17999999999999999999' from texts
    union all
    select 'percentile', cast({{ percentile(0.5, 'place') }} as string), '2.5' from texts
    union all
    -- Ranks of published tables of the interval of a median; none for five values.
    select
        concat('median_rank ', n),
        concat(
            coalesce({{ median_rank('n', '-') }}, 0), ' ', coalesce({{ median_rank('n', '+') }}, 0)
        ),
        expected
    from sample_sizes
    union all
    select
        'sorted_list',
        cast({{ ranked_value(sorted_list(value_list('amount')), 'count(amount)') }} as string),
        '9000000000000000000'
    from texts
    union all
    select
        'ranked_value of no rank',
        cast({{ ranked_value(sorted_list(value_list('place')), 'max(amount)') }} as string),
        null
    from texts
    where amount is null
    union all
    select
        'sorted_percentile',
        cast({{ sorted_percentile(sorted_list(value_list('place')), 'count(*)', 9) }} as string),
        '3.7'
    from texts
    union all
    select
        concat('ignore_nulls ', place),
        previous_word,
        case place when 1 then null when 4 then 'a' else 'b' end
    from previous_words
    union all
    select 'json_text', {{ json_text('cells', "'a.b'") }}, case place when 1 then 'it' else '日本' end
    from texts
    where cells is not null
    union all
    select 'json_text of no such name', {{ json_text('cells', "'a'") }}, null
    from texts
    where cells is not null
    union all
    select 'json_names', cast(count(*) as string), '3' from object_names
    union all
    select
        'hash_key',
        concat(count(distinct name_key), ' ', min(name_key) >= 0),
        concat(count(distinct name), ' true')
    from name_keys
    union all
    select
        'blank seed cells',
        concat(count(case when outcome = '' then 1 end), ' ', count(outcome) < count(*)),
        '0 true'
    from {{ ref('activities') }}
)

select * from macro_results
where result is distinct from expected
