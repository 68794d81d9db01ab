DROP FUNCTION subscriptions_at(timestamptz);
DROP FUNCTION subscription_period(text, text, timestamptz, timestamptz, timestamptz);
DROP TABLE subscription_usage;
