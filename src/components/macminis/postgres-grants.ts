// What the application may do with tables that the owner makes, now and later.

/** True where it may read and write the rows of all of them. */
export const grantsCheck = `SELECT EXISTS (
    SELECT FROM pg_default_acl, aclexplode(defaclacl)
    WHERE defaclrole = to_regrole(quote_ident(:'owner')) AND defaclobjtype = 'r'
      AND grantee = to_regrole(quote_ident(:'application')))
  AND NOT EXISTS (
    SELECT FROM pg_class, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS needed
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
      AND relowner = to_regrole(quote_ident(:'owner'))
      AND NOT has_table_privilege(to_regrole(quote_ident(:'application')), pg_class.oid, needed))`;

export const grants = `ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"application";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public
  GRANT USAGE, SELECT ON SEQUENCES TO :"application";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO :"application";
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO :"application"`;
