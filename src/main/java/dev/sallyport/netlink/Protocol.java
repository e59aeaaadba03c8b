package dev.sallyport.netlink;

/** Numbers of linux/netlink.h and linux/netfilter/nfnetlink.h. */
final class Protocol {
    static final int NLMSG_ERROR = 2;
    static final int NLMSG_DONE = 3;

    static final int NLM_F_REQUEST = 0x1;
    static final int NLM_F_ACK = 0x4;
    static final int NLM_F_DUMP = 0x300;
    static final int NLM_F_EXCL = 0x200;
    static final int NLM_F_CREATE = 0x400;

    /** In answers: the dump was changed while it was read; the request is not repeated; attributes follow. */
    static final int NLM_F_DUMP_INTR = 0x10;

    static final int NLM_F_CAPPED = 0x100;
    static final int NLM_F_ACK_TLVS = 0x200;

    static final int NFPROTO_UNSPEC = 0;
    static final int NFPROTO_INET = 1;
    static final int NFPROTO_IPV4 = 2;
    static final int NFPROTO_IPV6 = 10;

    static final int NFNL_MSG_BATCH_BEGIN = 0x10;
    static final int NFNL_MSG_BATCH_END = 0x11;

    static final int SUBSYSTEM_CONNTRACK = 1;
    static final int SUBSYSTEM_NFTABLES = 10;

    private Protocol() {}

    static int type(int subsystem, int message) {
        return subsystem << 8 | message;
    }
}
