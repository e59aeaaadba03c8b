package dev.sallyport.datapath.kernel;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The {@code nft} program, which installs and removes rulesets: once at a start, where its milliseconds do not matter. Each
 * call blocks until nft has ended.
 */
public final class NftProgram {
    /** {@code /dev/stdin:12:5-10: Error: syntax error, unexpected string}. */
    private static final Pattern COMPLAINT = Pattern.compile("\\S+?:(\\d+):\\d+-\\d+: Error: (.*)");

    private final String program;

    /** The one that PATH or the system's directories lead to. */
    public NftProgram() {
        this("nft");
    }

    NftProgram(String program) {
        this.program = program;
    }

    /**
     * Checks a ruleset, with the kernel but without effect.
     *
     * @throws NftException when it would not be taken; the message names each line and what is wrong with it
     * @throws IOException when nft cannot be run
     */
    public void check(String ruleset) throws IOException {
        run(ruleset, "check", List.of(program, "-c", "-f", "-"));
    }

    /**
     * Installs a ruleset in one transaction: all of it, or nothing.
     *
     * @throws NftException when it is not taken; the message names each line and what is wrong with it
     * @throws IOException when nft cannot be run
     */
    public void install(String ruleset) throws IOException {
        run(ruleset, "install", List.of(program, "-f", "-"));
    }

    /**
     * Removes our table with all that is in it; one that is not there is no error.
     *
     * @throws IOException when nft cannot be run or may not do it
     */
    public void remove() throws IOException {
        run(Ruleset.removal(), "remove", List.of(program, "-f", "-"));
    }

    /** Whether our table is there. */
    public boolean installed() throws IOException {
        return start(List.of(program, "list", "table", "inet", Ruleset.TABLE), "").good();
    }

    private void run(String ruleset, String doing, List<String> command) throws IOException {
        var result = start(command, ruleset);
        if (!result.good()) {
            throw new NftException("cannot " + doing + " the ruleset: " + complaints(result.printed(), ruleset));
        }
    }

    private HostProgram.Result start(List<String> command, String input) throws IOException {
        try {
            return HostProgram.run(command, input);
        } catch (IOException e) {
            throw new IOException("cannot run " + program + ", of Debian's package nftables: " + e.getMessage(), e);
        }
    }

    /** Each complaint with its line, for nft shows only a part of it; or all that it said when that has another form. */
    private static String complaints(String printed, String ruleset) {
        var lines = ruleset.lines().toList();
        var found = printed.lines()
                .map(COMPLAINT::matcher)
                .filter(java.util.regex.Matcher::matches)
                .map(complaint -> complaint.group(2) + " in line " + complaint.group(1) + quoted(lines, complaint.group(1)))
                .collect(Collectors.joining("; "));
        return found.isEmpty() ? printed : found;
    }

    private static String quoted(List<String> lines, String number) {
        @Nullable String line = Integer.parseInt(number) <= lines.size() ? lines.get(Integer.parseInt(number) - 1) : null;
        return line == null ? "" : ": " + line.strip();
    }
}
