DROP FUNCTION settle_usage(timestamptz, text, text, text[], jsonb);
DROP FUNCTION renew_leases(timestamptz, text[]);
DROP FUNCTION revoke_spent_subscriptions(timestamptz, text[]);
DROP FUNCTION count_usage(timestamptz, text, jsonb);
DROP FUNCTION usage_standing(timestamptz, text, bytea, text, text[]);
