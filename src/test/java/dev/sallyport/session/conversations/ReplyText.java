package dev.sallyport.session.conversations;

import dev.sallyport.ftp.FtpLine;

/** The code of the server's reply under way, read without the engine's help. */
final class ReplyText {

    /** 0 between replies; -1 of what is none. */
    private int code;

    /** @return the code of the reply that this line ends; 0 when it ends none */
    int read(FtpLine line) {
        var text = line.text();
        if (code == 0) {
            if (text.length() < 3) {
                return 0;
            }
            var digits = text.substring(0, 3);
            code = digits.chars().allMatch(c -> c >= '0' && c <= '9') ? Integer.parseInt(digits) : -1;
            if (text.length() > 3 && text.charAt(3) == '-') {
                return 0;
            }
        } else if (!text.startsWith(code + " ")) {
            return 0;
        }
        return code;
    }

    /** The next line begins another. */
    void end() {
        code = 0;
    }

    int code() {
        return code;
    }

    boolean passive() {
        return code >= 227 && code <= 229;
    }

    boolean extended() {
        return code == 229;
    }
}
