package dev.sallyport.netlink;

/** Numbers of linux/netfilter/nf_tables.h. */
final class NftProtocol {
    static final int NFT_MSG_NEWTABLE = 0;
    static final int NFT_MSG_GETTABLE = 1;
    static final int NFT_MSG_GETRULE = 7;
    static final int NFT_MSG_NEWSETELEM = 12;
    static final int NFT_MSG_GETSETELEM = 13;
    static final int NFT_MSG_DELSETELEM = 14;
    static final int NFT_MSG_GETOBJ = 19;

    /** Since Linux 6.3: an element that is not there is no error. */
    static final int NFT_MSG_DESTROYSETELEM = 30;

    static final int NFTA_SET_ELEM_LIST_TABLE = 1;
    static final int NFTA_SET_ELEM_LIST_SET = 2;
    static final int NFTA_SET_ELEM_LIST_ELEMENTS = 3;
    static final int NFTA_LIST_ELEM = 1;

    static final int NFTA_SET_ELEM_KEY = 1;
    static final int NFTA_SET_ELEM_DATA = 2;
    static final int NFTA_SET_ELEM_TIMEOUT = 4;
    static final int NFTA_SET_ELEM_EXPIRATION = 5;
    static final int NFTA_DATA_VALUE = 1;

    static final int NFTA_TABLE_NAME = 1;
    static final int NFTA_TABLE_USE = 3;
    static final int NFTA_TABLE_HANDLE = 4;
    static final int NFTA_RULE_TABLE = 1;
    static final int NFTA_RULE_HANDLE = 3;

    static final int NFTA_OBJ_TABLE = 1;
    static final int NFTA_OBJ_NAME = 2;
    static final int NFTA_OBJ_TYPE = 3;
    static final int NFTA_OBJ_DATA = 4;
    static final int NFT_OBJECT_COUNTER = 1;
    static final int NFTA_COUNTER_BYTES = 1;
    static final int NFTA_COUNTER_PACKETS = 2;

    private NftProtocol() {}

    static int type(int message) {
        return Protocol.type(Protocol.SUBSYSTEM_NFTABLES, message);
    }
}
