-- The roles that a site grants to its logins, one for each zone; made where they are missing.

do $$
declare
    reader text;
begin
    foreach reader in array array['bi_reader', 'case_handler', 'clue_officer'] loop
        if not exists (select from pg_roles where rolname = reader) then
            execute format('create role %I nologin', reader);
        end if;
    end loop;
end $$;
