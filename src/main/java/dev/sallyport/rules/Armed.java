package dev.sallyport.rules;

/**
 * Rules in force for one gateway. By itself a source that never changes.
 *
 * @param checks the rule set's levels, with the gateway's own laid over them
 * @param generation how often the rules have been replaced since the gateway started
 */
public record Armed(RuleSet rules, Checks checks, long generation) implements RuleSource {

    /** Nobody has written rules. */
    public static final Armed DEFAULT = of(RuleSet.ALLOW_ALL, Checks.DEFAULT);

    /** What is in force from the start. */
    public static Armed of(RuleSet rules, Checks checks) {
        return new Armed(rules, checks, 0);
    }

    @Override
    public Armed current() {
        return this;
    }
}
