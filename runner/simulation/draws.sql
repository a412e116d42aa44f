-- Random numbers that are equal on every machine: the md5 of seed, subject and number, split into
-- eight whole numbers from 0 to 65,535. Nothing here or below is computed in floating point.
create macro luck(subject, number) as
    md5_number(concat_ws('/', getvariable('seed'), subject, number));
create macro draw(luck, place) as cast((luck >> cast(16 * place as uhugeint)) & 65535 as bigint);

-- A whole number from 0 to many - 1; whether something with this percentage happens.
create macro among(draw, many) as (draw * many) >> 16;
create macro chance(draw, percent) as draw * 100 < percent * 65536;

-- A factor in thousandths: quantiles of a lognormal distribution of sigma 0.8 with median 1000.
create macro spread(draw) as cast([
    145, 204, 244, 278, 308, 335, 361, 386, 410, 434, 457, 480, 503, 526, 549, 572,
    594, 618, 641, 664, 688, 713, 737, 762, 788, 814, 841, 868, 896, 925, 954, 984,
    1016, 1048, 1082, 1116, 1152, 1190, 1229, 1269, 1312, 1356, 1403, 1453, 1505, 1560, 1619, 1682,
    1750, 1822, 1901, 1987, 2082, 2187, 2304, 2436, 2589, 2768, 2983, 3250, 3600, 4093, 4903, 6917
][1 + (draw >> 10)] as bigint);

-- Work happens from 9 to 18 on weekdays, so time is counted in working minutes since the first
-- Monday; 540 of them are a day. `usual` is in hundredths of a day.
create macro took(usual, draw) as (usual * 540 * spread(draw)) // 100000;
create macro moment(minute) as
    timestamp '2024-04-01 09:00:00'
    + to_days(cast(minute // 2700 * 7 + minute % 2700 // 540 as integer))
    + to_minutes(minute % 540);
create macro day_of(minute) as
    date '2024-04-01' + cast(minute // 2700 * 7 + minute % 2700 // 540 as integer);
-- The first working minute of a day, of the next Monday for a weekend.
create macro minute_of(day) as
    ((day - date '2024-04-01') // 7 * 5 + least((day - date '2024-04-01') % 7, 5)) * 540;

-- 月末締め翌月末払い closes at the end of the month and is paid at the end of the next one;
-- 20日締め翌月末払い closes on the 20th.
create macro due_on(day, terms) as case terms
    when 'NET30' then day + 30
    when 'NET60' then day + 60
    when '月末締め翌月末払い' then last_day(cast(day + interval 1 month as date))
    else last_day(cast(day + interval 1 month + interval 11 day as date))
end;

create macro times(what, many) as list_transform(range(many), lambda number: what);
create macro nothing() as cast([] as varchar[]);
