package dev.sallyport.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of taking the rules anew.
 *
 * @param gateways what each gateway goes by now; null: the rules that were in force stay
 * @param mistakes why: a line for each, {@code file:line:column: what: fix}; null when there is none
 * @param notice what else the operator should know, a sentence; null: nothing
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Reloaded(@Nullable List<InForce> gateways, @Nullable List<String> mistakes, @Nullable String notice) {

    /** @param rules the rule set's name @param count how many rules it has */
    public record InForce(String gateway, String rules, int count) {}
}
