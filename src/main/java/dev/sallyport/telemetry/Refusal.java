package dev.sallyport.telemetry;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * Something that was not let through.
 *
 * @param at milliseconds since the epoch
 * @param session null where none was begun
 * @param kind what refused it
 * @param what the name of the ruling, the fault or the reason
 * @param rule the rule that decided; null where none did
 * @param detail what was refused, escaped; null where there is nothing to say
 * @param heldBack how many of the same kind came in a flood before it and are not told; null for none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Refusal(
        long at, String gateway, String client, @Nullable String session, String kind, String what, @Nullable String rule,
        @Nullable String detail, @Nullable Long heldBack) {}
