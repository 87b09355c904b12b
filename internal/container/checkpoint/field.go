package checkpoint

// The numbers of fields in criu's messages (images/rpc.proto of criu).
const (
	reqType          = 1
	reqOpts          = 2
	reqNotifySuccess = 3

	respType         = 1
	respSuccess      = 2
	respRestore      = 4
	respNotify       = 5
	respErrorMessage = 9

	restorePID = 1

	notifyScript = 1
	notifyPID    = 2
)

// Those of criu_opts.
const (
	optImagesDir       = 1
	optPID             = 2
	optLeaveRunning    = 3
	optExtUnixSk       = 4
	optTCPEstablished  = 5
	optAnyDevice       = 6 // a device is opened by any path to it
	optShellJob        = 7
	optFileLocks       = 8
	optLogLevel        = 9
	optLogFile         = 10
	optPageServer      = 11
	optNotify          = 12 // tell how far it is
	optRoot            = 13
	optParent          = 14
	optTrackMemory     = 15
	optAutoDedup       = 16
	optWorkDir         = 17
	optLinkRemap       = 18
	optCgroupRoot      = 25
	optSibling         = 26 // the first process is a child of criu's parent
	optInherit         = 27
	optCgroupsMode     = 34
	optExternal        = 37
	optEmptyNs         = 38
	optJoin            = 39
	optFreezer         = 44
	optSkipInFlight    = 46
	optLazyPages       = 48
	optOrphanTerminal  = 50 // hand the outer end of a terminal over
	optConfig          = 51
	optTCPClose        = 52
	optLSMProfile      = 53
	optLSMMountContext = 63
	optNetworkLock     = 64
)
