{#
    What the builds since the last settled one replaced of a model, as it stood before
    and as it stands: the keys, was_standing, is_standing, and for each column
    old_<column> and new_<column>, null where the row did not or does not stand.
    Arguments: relation, the model; log, of its images (see strata__images); keys, a
    list of columns; columns, a list of others.
    Returns: a parenthesised query.
    Of several images of a key the first counts: the others are of builds that did not
    settle. A table that was set aside whole has told all there was.
#}
{% macro strata__replaced(relation, log, keys, columns) %}
    {%- set same, names, partition, values = [], [], [], [] -%}
    {%- for key in keys -%}
        {%- do same.append('images.' ~ key ~ ' = standing.' ~ key) -%}
        {%- do names.append('coalesce(images.' ~ key ~ ', standing.' ~ key ~ ') as ' ~ key) -%}
        {%- do partition.append('logged.' ~ key) -%}
    {%- endfor -%}
    {%- for column in columns -%}
        {%- do values.append('images.' ~ column ~ ' as old_' ~ column) -%}
        {%- do values.append('standing.' ~ column ~ ' as new_' ~ column) -%}
    {%- endfor -%}
    {%- set query -%}
        with whole as (
            select min(logged.run_number) as run_number
            from {{ log }} as logged
            where logged.is_whole
        ),

        numbered as (
            select
                logged.*,
                row_number() over (
                    partition by {{ partition | join(', ') }} order by logged.run_number
                ) as image_number
            from {{ log }} as logged
            cross join whole
            where whole.run_number is null or logged.run_number <= whole.run_number
        ),

        images as (
            select * from numbered where numbered.image_number = 1
        ),

        standing as (
            select standing.*
            from {{ relation }} as standing
            where
                (select whole.run_number from whole) is not null
                or exists (select 1 from images where {{ same | join(' and ') }})
        )

        select
            {{ names | join(', ') }},
            coalesce(images.is_standing, false) as was_standing,
            standing.{{ keys[0] }} is not null as is_standing,
            {{ values | join(', ') }}
        from images
        full outer join standing on {{ same | join(' and ') }}
    {%- endset -%}
    {{- return(strata__derived(query)) -}}
{% endmacro %}
