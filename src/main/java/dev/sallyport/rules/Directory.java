package dev.sallyport.rules;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.ftp.Command;
import dev.sallyport.ftp.FtpLine;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A session's working directory, as far as it is known. A server tells it when asked (RFC 959 §4.1.3, PWD); it is computed
 * from the commands that change it since. Immutable.
 *
 * <p>A {@code ..} leads to the parent of the directory itself, which behind a symbolic link is another one than that in its
 * name. So behind one the directory is unknown until the server tells.
 */
public final class Directory {

    /** Nobody has told, or what was told no longer helps. */
    public static final Directory UNKNOWN = new Directory(new byte[0]);

    /** PATH_MAX of Linux: what is longer is in no one's interest to remember. */
    private static final int LONGEST = 4096;

    private final byte[] path;

    private Directory(byte[] path) {
        this.path = path;
    }

    /**
     * The directory in a 257 that answers PWD (RFC 959 Appendix II): {@code 257 "/a ""quoted"" name" is current}.
     *
     * @return {@link #UNKNOWN} when there is none in it, or it is no absolute path
     */
    public static Directory told(FtpLine reply) {
        var path = new Bytes();
        var at = 3;
        while (at < reply.length() && reply.at(at) != '"') {
            at++;
        }
        for (at++; at < reply.length(); at++) {
            if (reply.at(at) == '"') {
                if (at + 1 >= reply.length() || reply.at(at + 1) != '"') {
                    return path.length() <= LONGEST ? of(path.copy()) : UNKNOWN;
                }
                at++;
            }
            path.add(reply.at(at));
        }
        return UNKNOWN;
    }

    /** A directory known from elsewhere, such as a test's; as for {@link #told}. */
    public static Directory of(byte[] path) {
        if (path.length == 0 || path[0] != '/') {
            return UNKNOWN;
        }
        var clean = new Bytes();
        var start = 1;
        for (var end = 1; end <= path.length; end++) {
            if (end < path.length && path[end] != '/') {
                if (path[end] == 0 || path[end] == '\\') {
                    return UNKNOWN;
                }
                continue;
            }
            if (dots(path, start, end)) {
                return UNKNOWN;
            }
            if (end > start) {
                clean.add('/');
                clean.add(path, start, end - start);
            }
            start = end + 1;
        }
        if (clean.length() == 0) {
            clean.add('/');
        }
        return new Directory(clean.copy());
    }

    private static boolean dots(byte[] path, int start, int end) {
        return end - start == 1 && path[start] == '.' || end - start == 2 && path[start] == '.' && path[start + 1] == '.';
    }

    /** Where CWD, CDUP or one of their kind has led that the server has confirmed; {@link #UNKNOWN} when that cannot be told. */
    public Directory entered(Command command) {
        var paths = new Paths();
        if (paths.resolve(command, this, false) != Paths.Kind.EXACT
                || paths.climbed()
                || paths.length() > LONGEST) {
            return UNKNOWN;
        }
        return new Directory(paths.copy());
    }

    public boolean known() {
        return path.length > 0;
    }

    /** The path, absolute and clean; empty when it is not known. Not a copy: whoever reads it must not change it. */
    byte[] path() {
        return path;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Directory that && Arrays.equals(path, that.path);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(path);
    }

    @Override
    public String toString() {
        return known() ? FtpLine.escape(new String(path, ISO_8859_1)) : "unknown";
    }
}
