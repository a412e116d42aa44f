-- Names of people, companies and attributes in the language of the file. Attributes of a deal are
-- enum numbers during the sort and become text when they are written.
create table catalogue as
from read_csv(
    getvariable('seeds') || '/template/activities.csv', header = true, all_varchar = true
);

-- Each system has its own extract time, finance first: that is the as-of moment of the log.
create table systems as
from (
    values
    ('Oracle CX Sales', timestamp '2026-06-30 23:00:00'),
    ('Oracle Order Management', timestamp '2026-06-30 06:00:00'),
    ('Oracle Fusion AR', timestamp '2026-06-29 21:00:00')
) as systems (system, extracted_at);

create table named as
select dimension, segment, if(getvariable('lang') = 'ja', label_ja, segment) as label, percent
from read_csv(getvariable('folder') || '/words.csv', header = true, all_varchar = true)
union all
select 'person', person, if(getvariable('lang') = 'ja', label_ja, person), null
from read_csv(getvariable('folder') || '/people.csv', header = true, all_varchar = true)
union all
select 'activity', activity, if(getvariable('lang') = 'ja', label_ja, label_en), null
from catalogue
union all
select 'stage', stage, if(getvariable('lang') = 'ja', label_ja, label_en), null
from read_csv(getvariable('seeds') || '/policy/stages.csv', header = true, all_varchar = true)
where sales_method = 'standard'
union all
select 'extract', system, strftime(extracted_at, '%Y-%m-%dT%H:%M:%S+09:00'), null from systems;

create table companies as
select part, if(getvariable('lang') = 'ja', label_ja, word) as label
from read_csv(getvariable('folder') || '/companies.csv', header = true, all_varchar = true);

create type word as enum (select distinct label from named order by label);
create type activity as enum (
    select segment from named where dimension = 'activity' order by segment
);
create type phase as enum (select distinct phase from catalogue order by phase);

create table words as
select dimension, segment, cast(label as word) as word, cast(percent as integer) as percent
from named;

create macro word(kind, name) as (select word from words where dimension = kind and segment = name);

set variable yes = word('flag', 'yes');
set variable no = word('flag', 'no');
set variable excluded = word('tax_basis', 'Excluded');
set variable places = (select list(label order by label) from companies where part = 'place');
set variable trades = (select list(label order by label) from companies where part = 'trade');

-- A hundred slots per dimension, allocated by percentage: drawing a slot selects a segment.
create table slots as
with ladders as (
    select
        dimension,
        segment,
        word,
        percent,
        sum(percent) over (partition by dimension order by segment) - percent as first_slot
    from words
    where percent is not null
)
select dimension, segment, word, cast(first_slot + unnest(range(percent)) as bigint) as slot
from ladders;

create table people as
select
    row_number() over (partition by role, region order by person) - 1 as place,
    count(*) over (partition by role, region) as colleagues,
    person,
    words.word as person_word,
    role,
    region,
    teams.word as team_word
from read_csv(getvariable('folder') || '/people.csv', header = true, all_varchar = true) as people
inner join words on words.dimension = 'person' and people.person = words.segment
left join words as teams
    on teams.dimension = 'sales_team' and people.sales_team = teams.segment;

-- Properties of an activity: its system, its stage, and the role that performs it.
create table activities as
with placed as (
    select
        activity,
        phase,
        case
            when outcome in ('won', 'lost', 'no_sale') then 'Closed' else default_stage
        end as stage,
        case
            when phase in ('order', 'fulfilment') then 'Oracle Order Management'
            when phase in ('invoice', 'cash') then 'Oracle Fusion AR'
            else 'Oracle CX Sales'
        end as system,
        case
            when phase in ('order', 'fulfilment') then 'order_desk'
            when phase in ('invoice', 'cash') then 'finance'
            when activity in ('Approval Returned', 'Discount Approved', 'Quote Approved')
                then 'manager'
            else 'representative'
        end as role
    from catalogue
)
select
    placed.activity,
    cast(placed.activity as activity) as activity_code,
    cast(placed.phase as phase) as phase,
    placed.role,
    word('activity', placed.activity) as activity_word,
    word('stage', placed.stage) as stage_word,
    word('system', placed.system) as system_word,
    word('extract', placed.system) as extracted_word,
    -- Work ends at 18:00, so a day is either complete or not started at this time.
    minute_of(cast(systems.extracted_at + interval 6 hours as date)) as extract_minute
from placed
inner join systems on placed.system = systems.system;

create table causes as
select unnest(from_json(
    getvariable('causes'),
    '[{"effect": "varchar", "dimension": "varchar", "segment": "varchar", "size": "integer"}]'
), recursive := true);
