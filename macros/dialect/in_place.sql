{#- DuckDB replaces a table or a view in one statement. dbt would build beside it, rename twice and
    drop, which costs more than the queries if the log is small. Nobody reads the build meanwhile.
    -#}
{% materialization table, adapter='duckdb' %}
    {%- do run_hooks(pre_hooks) -%}
    {{ return({'relations': [replaced(this.incorporate(type='table'))]}) }}
{% endmaterialization %}


{% materialization view, adapter='duckdb' %}
    {%- do run_hooks(pre_hooks) -%}
    {{ return({'relations': [replaced(this.incorporate(type='view'))]}) }}
{% endmaterialization %}


{% macro replaced(relation) -%}
    {%- set existing = load_cached_relation(relation) -%}
    {%- if existing is not none and existing.type != relation.type -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
    {%- if config.get('contract').enforced -%}
        {%- do get_assert_columns_equivalent(model['compiled_code']) -%}
    {%- endif -%}
    {%- call statement('main') -%}
        create or replace {{ relation.type }} {{ relation }} as (
            {{ model['compiled_code'] }}
        )
    {%- endcall -%}
    {%- do run_hooks(post_hooks) -%}
    {%- do adapter.commit() -%}
    {{ return(relation) }}
{%- endmacro %}
