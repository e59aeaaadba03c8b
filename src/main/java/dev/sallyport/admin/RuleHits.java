package dev.sallyport.admin;

/**
 * How often a rule has decided.
 *
 * @param rules the rule set's name
 * @param rule the rule's name, or {@code (defaults)} for what no rule matched
 * @param hits since the gateway started, or since a reload brought the rule
 */
public record RuleHits(String gateway, String rules, String rule, long hits) {}
