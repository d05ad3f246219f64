{#
    What an engine needs before it can run the models; runs at the start of every
    command that runs something.
#}
{% macro strata__open_engine() %}
    {%- if not execute -%} {{- return('') -}} {%- endif -%}
    {{- return(adapter.dispatch('strata__open_engine', 'strata')()) -}}
{% endmacro %}

{% macro default__strata__open_engine() %}
    {{- return('') -}}
{% endmacro %}

{#-
    An as-of join whose one side is guessed to be short is made row by row. Behind the
    views of a funnel the guess is far too low, and every row would meet every other.
-#}
{% macro duckdb__strata__open_engine() %}
    set global asof_loop_join_threshold = 0
{% endmacro %}

{#
    The full name of a function that strata__open_engine makes.
    Arguments: name.
#}
{% macro strata__function(name) %}
    {{- return(target.schema ~ '_functions.' ~ name) -}}
{% endmacro %}

{#-
    Functions for what PostgreSQL cannot say in one expression, and the type `double` of
    the contracts, which PostgreSQL calls `double precision`.
-#}
{% macro postgres__strata__open_engine() %}
    {%- set made = [] -%}
    {#- What else PostgreSQL would take for a value: `now`, 20240131, `off`. -#}
    {%- set is_day = "case when value ~* '^ *(-?infinity|[0-9]+[^0-9])' then cast(value as timestamp) end" -%}
    {%- set is_flag = "case when lower(trim(value)) in ('true', 't', 'yes', 'y', '1', 'false', 'f', 'no', 'n', '0')"
        ~ ' then cast(value as boolean) end' -%}
    {%- set casts = {
        'decimal': ['numeric', 'cast(value as numeric(18, 2))'],
        'double': ['double precision', 'cast(value as double precision)'],
        'timestamp': ['timestamp', "case when value ~ '" ~ strata__time_offset()
            ~ "' then timezone('UTC', cast(value as timestamptz)) else " ~ is_day ~ ' end'],
        'date': ['date', 'cast(' ~ is_day ~ ' as date)'],
        'bigint': ['bigint', 'case when mod(cast(value as numeric), 1) = 0 then cast(cast(value as numeric) as bigint) end'],
        'boolean': ['boolean', is_flag],
    } -%}
    {%- for name, cast in casts.items() -%}
        {%- do made.append(
            'create or replace function ' ~ strata__function('try_' ~ name) ~ '(value text) returns ' ~ cast[0]
            ~ ' language plpgsql immutable strict as $$ begin return ' ~ cast[1]
            ~ '; exception when others then return null; end $$') -%}
    {%- endfor -%}
    create schema if not exists {{ target.schema }}_functions;
    do $$ begin create domain double as double precision;
    exception when duplicate_object then null; end $$;
    {{ made | join(';\n    ') }};
    create or replace function {{ strata__function('refuse') }}(sentence text) returns text
    language plpgsql as $$ begin raise exception '%', sentence; end $$;
    create or replace function {{ strata__function('later') }}(before anyelement, now anyelement)
    returns anyelement language sql immutable as $$ select coalesce(now, before) $$;
    create or replace aggregate {{ strata__function('latest') }}(anyelement)
    (sfunc = {{ strata__function('later') }}, stype = anyelement);
    create or replace function {{ strata__function('least_of_last') }}(list anyarray, rows bigint)
    returns anyelement language sql immutable as $$
        select min(element) from unnest(list[greatest(cardinality(list) - rows + 1, 1):]) as element
    $$;
    create or replace function {{ strata__function('json_text') }}(value text, key text) returns text
    language plpgsql immutable strict as $$ begin return cast(value as json) ->> key;
    exception when others then return null; end $$;
    {{ strata__postgres_decimal() }};
    {{ strata__postgres_absorbed() }};
    {{ strata__postgres_components() }};
    {{ strata__postgres_joins() }};
{% endmacro %}

{#- Whole doubles are exact as a number of 2^60 and a rest, which are both a bigint. -#}
{% macro strata__postgres_decimal() %}
    create or replace function {{ strata__function('decimal') }}(number double precision, scale integer)
    returns numeric language plpgsql immutable strict as $$
    declare
        scaled double precision := abs(number) * cast('1e' || scale as double precision);
        whole double precision;
        many bigint;
    begin
        whole := case when scaled < 4503599627370496 then floor(scaled + 0.5) else scaled end;
        many := floor(whole / 1152921504606846976);
        return cast(sign(number) as numeric) * cast('1e-' || scale as numeric) * (
            cast(many as numeric) * 1152921504606846976
            + cast(whole - many * 1152921504606846976::double precision as bigint)
        );
    end $$
{% endmacro %}

{#- One state after the other is taken out, and what went through it goes past it. -#}
{% macro strata__postgres_absorbed() %}
    create or replace function {{ strata__function('absorbed') }}(matrix double precision[], size integer)
    returns double precision language plpgsql immutable as $$
    declare passed double precision[];
    begin
        for state in 1 .. size - 1 loop
            passed := matrix;
            for place in 0 .. size * size - 1 loop
                passed[place + 1] := matrix[place + 1]
                    + matrix[place / size * size + state + 1] * matrix[state * size + place % size + 1]
                    / (1 - matrix[state * size + state + 1]);
            end loop;
            matrix := passed;
        end loop;
        return matrix[1];
    end $$
{% endmacro %}

{#-
    As on DuckDB a node with one neighbour takes its label. The others take the least
    label around them, then the label of their label, until none changes.
-#}
{% macro strata__postgres_components() %}
    create or replace function {{ strata__function('components') }}(nodes text[], others text[])
    returns table (node text, label text) language plpgsql as $$
    #variable_conflict use_column
    declare changed bigint;
    begin
        drop table if exists strata_sides, strata_ends, strata_labels;
        create temporary table strata_sides as
            select edges.node, edges.other from unnest(nodes, others) as edges (node, other)
            union
            select edges.other, edges.node from unnest(nodes, others) as edges (node, other);
        create temporary table strata_ends as
            select sides.node, min(sides.other) as neighbour
            from strata_sides as sides group by sides.node having count(*) = 1;
        delete from strata_sides as sides using strata_ends as ends
        where sides.node = ends.node;
        create temporary table strata_labels as
            select distinct sides.node, sides.node as label from strata_sides as sides;
        delete from strata_sides as sides using strata_ends as ends
        where sides.other = ends.node;
        analyze strata_sides, strata_labels;
        loop
            update strata_labels as labels set label = around.label
            from (
                select sides.node, min(reached.label) as label
                from strata_sides as sides
                inner join strata_labels as reached on sides.other = reached.node
                group by sides.node
            ) as around
            where labels.node = around.node and around.label < labels.label;
            get diagnostics changed = row_count;
            exit when changed = 0;
            update strata_labels as labels set label = up.label
            from strata_labels as up
            where labels.label = up.node and up.label < labels.label;
        end loop;
        return query
            select labels.node, labels.label from strata_labels as labels
            union all
            select ends.node, coalesce(labels.label, least(ends.node, ends.neighbour))
            from strata_ends as ends
            left join strata_labels as labels on ends.neighbour = labels.node;
        drop table strata_sides, strata_ends, strata_labels;
    end $$
{% endmacro %}

{#- Round by round from the roots; who is reached earlier than before is looked at again. -#}
{% macro strata__postgres_joins() %}
    create or replace function {{ strata__function('joins') }}(
        nodes text[], others text[], steps text[], roots text[]
    )
    returns table (node text, step text) language plpgsql as $$
    #variable_conflict use_column
    begin
        drop table if exists strata_sides, strata_reached, strata_new;
        create temporary table strata_sides as
            select edges.node, edges.other, min(edges.step) as step
            from (
                select * from unnest(nodes, others, steps) as edges (node, other, step)
                union all
                select * from unnest(others, nodes, steps) as edges (node, other, step)
            ) as edges
            group by edges.node, edges.other;
        create temporary table strata_reached (node text primary key, step text);
        create temporary table strata_new as
            select distinct named.node, '' as step from unnest(roots) as named (node);
        analyze strata_sides;
        while exists (select 1 from strata_new) loop
            insert into strata_reached as reached
            select news.node, news.step from strata_new as news
            on conflict (node) do update set step = excluded.step;
            create temporary table strata_next as
                select sides.other as node, min(greatest(news.step, sides.step)) as step
                from strata_new as news
                inner join strata_sides as sides on news.node = sides.node
                group by sides.other;
            drop table strata_new;
            delete from strata_next as nexts using strata_reached as reached
            where nexts.node = reached.node and nexts.step >= reached.step;
            alter table strata_next rename to strata_new;
        end loop;
        return query
            select sides.node, max(reached.step)
            from (select distinct sides.node from strata_sides as sides) as sides
            left join strata_reached as reached on sides.node = reached.node
            where sides.node != all (coalesce(roots, '{}'))
            group by sides.node;
        drop table strata_sides, strata_reached, strata_new;
    end $$
{% endmacro %}
