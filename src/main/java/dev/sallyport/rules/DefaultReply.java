package dev.sallyport.rules;

import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Verb;

/** What a client is told where a rule that denies says nothing of it: in the codes that clients expect of the command. */
final class DefaultReply {

    private static final FtpLine LOGIN = FtpLine.of("530 Not permitted here.");
    private static final FtpLine SECURITY = FtpLine.of("534 Not permitted here.");
    private static final FtpLine FILE = FtpLine.of("550 Not permitted here.");

    /** Clients then try another way to set a data connection up. */
    private static final FtpLine COMMAND = FtpLine.of("502 Not permitted here.");

    private DefaultReply() {}

    static FtpLine to(Verb verb) {
        return switch (verb.role()) {
            case LOGIN -> LOGIN;
            case SECURITY -> SECURITY;
            case PASSIVE, ACTIVE, UNSUPPORTED -> COMMAND;
            case PLAIN, DOWNLOAD, UPLOAD, LISTING -> switch (verb.argument()) {
                case NONE, OPAQUE -> verb.transfers() ? FILE : COMMAND;
                case PATH, TREE, FOLDER, PARENT, LISTING, UNIQUE, BEHIND_WORD, DATED, ONE_WORD -> FILE;
            };
        };
    }
}
