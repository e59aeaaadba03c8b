package dev.sallyport.rules;

import dev.sallyport.ftp.FtpLine;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What clients are told in place of the server's own words.
 *
 * @param banner the 220 in place of the server's greeting; null: as it is
 * @param system the 215 in place of the answer to SYST; null: as it is
 * @param help the 214 in place of the answer to HELP; null: as it is
 * @param hideRefused whether FEAT leaves out what the rules refuse in any case
 * @param hidden words that FEAT leaves out besides, in upper case
 */
public record Masks(@Nullable FtpLine banner, @Nullable FtpLine system, @Nullable FtpLine help, boolean hideRefused,
        Set<String> hidden) {

    public static final Masks DEFAULT = new Masks(null, null, null, true, Set.of());

    public Masks {
        hidden = Set.copyOf(hidden);
    }
}
