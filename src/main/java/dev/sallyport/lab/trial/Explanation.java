package dev.sallyport.lab.trial;

import org.jspecify.annotations.Nullable;

/**
 * Why a cell fails.
 *
 * @param drop what the packet filter refused; null where it refused nothing of the cell's
 * @param found in a line: the chain and rule, or what else was the matter
 * @param packet the packet that was refused, with the interfaces that it came and would have gone by; empty where there is none
 * @param inside the last packet seen between client and firewall
 * @param outside the same between firewall and server
 * @param change what to change, in one sentence
 */
public record Explanation(
        @Nullable Drop drop, String found, String packet, String inside, String outside, String change) {}
