package dev.sallyport.config;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the gateway takes its operator's requests. */
public sealed interface ControlPlace {

    /** Named for the configuration file, in the folder that this host keeps for such sockets. */
    record Auto() implements ControlPlace {}

    /** Nowhere. */
    record None() implements ControlPlace {}

    /** @param path absolute, at most {@value #LONGEST_BYTES} bytes of UTF-8 */
    record At(Path path) implements ControlPlace {}

    /** What {@code sun_path} of unix(7) holds, less the end. */
    int LONGEST_BYTES = 107;

    /** Null when the text does not fit. */
    static @Nullable ControlPlace parse(String text) {
        return switch (text) {
            case "auto" -> new Auto();
            case "none" -> new None();
            default -> text.startsWith("/") && !text.endsWith("/") && text.indexOf('\0') < 0
                            && text.getBytes(StandardCharsets.UTF_8).length <= LONGEST_BYTES
                    ? new At(Path.of(text))
                    : null;
        };
    }
}
