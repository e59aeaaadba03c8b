package dev.sallyport.lab.trial;

import java.util.List;

/**
 * A packet that the packet filter did not let through, and where.
 *
 * @param in the interface that it came by; empty for what the firewall sends itself
 * @param out the interface that it would have gone by; empty where it does not leave
 * @param chain family, table and name of the chain that decided
 * @param base the chain from which it came there, with its hook and priority
 * @param hook of that chain
 * @param rule that decided; empty where it was the chain's policy
 * @param accepted other chains and rules of the hook that had let it pass before
 */
public record Drop(Packet packet, String in, String out, String chain, String base, String hook, String rule, List<String> accepted) {

    public boolean rejected() {
        return rule.contains("reject");
    }

    /** Where, as the listing of a ruleset has it. */
    String place() {
        String by = rule.isEmpty() ? "its policy drop" : "rule \"" + rule + "\"";
        return "chain %s%s, %s".formatted(chain, base.startsWith(chain + " ") ? base.substring(chain.length()) : ", from " + base, by);
    }
}
