// What the parts of the system say to each other, and what the specifications listen to.

enum tStatus { PENDING, SENDING, DELIVERED, FAILED, UNKNOWN, CANCELLED, EXPIRED }

// The true protocol, and the ways to break it: each is a line that somebody might leave out.
enum tBug {
  NONE,
  CLAIM_WITHOUT_STATUS,
  CLAIM_WITHOUT_DUE,
  SWEEP_RESETS_SENDING,
  EXPIRY_TO_PENDING,
  OUTCOME_WITHOUT_CLAIM,
  CANCEL_WITHOUT_CONDITION,
  RETRY_WITHOUT_TIMER,
  GIVE_BACK_IN_FLIGHT,
  FENCE_FORGETS_LAPSE,
  RESEND_LEAVES_CLAIM,
  RETRY_OUTLIVES_SAVE,
  GIVE_BACK_OUTLIVES_SAVE,
  REMAINDER_APART,
  REMAINDER_WITHOUT_CONDITION,
  REMAINDER_BESIDE_COPY
}

type tEmail = (status: tStatus, due: int, send_before: int, sender: machine, batch: int, attempts: int, woken: int, resent: bool, let_go: bool);
// Wakes e-mails or, with saved, tells of a saved config that scheduled them.
type tTimer = (saved: bool, ids: seq[int], due: int);
type tClaimed = (id: int, send_before: int);
// With rest, the server took the e-mail for some of its recipients and put the others off.
type tMove = (status: tStatus, due: int, rest: bool);

// To the database: each is one transaction.
event eSave: (client: machine, added: map[int, int], removed: seq[int]);
event eCancel: (client: machine, id: int);
event eMove: (id: int, due: int);
event eResend: (id: int, copy: int);
event eSchedule: seq[int];
event eTakeDue: machine;
event ePublished: set[int];
event eRolledBack: set[int];
event eSweep: machine;
event eClaim: (sender: machine, batch: int, ids: seq[int]);
event eRecord: (sender: machine, batch: int, id: int, move: tMove);
event eGiveBack: (sender: machine, batch: int);
event eLeave: int; // the remainder in a statement of its own, as a seeded bug has it
event eHeartbeat: (sender: machine, at: int);

// The database's answers.
event eCancelled: seq[int];
event eTooLate: int;
event eDue: map[int, tTimer];
event eSwept: int;
event eClaimed: (batch: int, claimed: seq[tClaimed], at: int);
event eRecorded: (batch: int, id: int);
event eRenewed: int;
event eNoAnswer: int;

// By way of the broker.
event ePublish: tTimer;
event eSaved: seq[int];
event eWake: int;
event eAck: (sender: machine, id: int);
event eSenders: (gone: machine, arrived: machine);
event eConsumer: machine;

// SMTP.
event eData: (sender: machine, id: int);
event eGoAhead;
event eWritten;
event eDot: (sender: machine, id: int);
event eAccepted: bool; // are recipients left?
event eRefused: bool; // for good?
event eDropped;

// The world's: time, faults, and the beats of every loop.
event eTick;
event eTicked;
event eBeat;
event eNap;
event ePause;
event eResume;
event eCrash;
event eDead;
event eRun: int;
event eRan: (run: int, open: int);
event eSettle;
event eIdle;
event eOpened;

// For the specifications alone.
event eNow: int;
event eStatus: (id: int, status: tStatus);
event eScheduled: (id: int, due: int);
event eCancelAcknowledged: int;
event eGivenUp: (id: int, sender: machine, batch: int);
event eResent: int;
event eLetGo: int;
event eAttempted: int;
event eDotLeft: (id: int, sender: machine, batch: int);
event eKept: int;
event eLeftOver: int;

// In ticks of some ten seconds, each a little less than in the code relative to the next.
fun FreshFor(): int { return 2; }
fun ExpiresAfter(): int { return 3; }
fun RetryDelay(): int { return 1; }

// The remainder of an e-mail always has the same id: it is made from the original's.
fun RestOf(id: int): int { return id + 1000; }
fun IsRest(id: int): bool { return id >= 1000; }
fun OriginalOf(id: int): int {
  if (id >= 2000)
    return id - 2000;
  if (id >= 1000)
    return id - 1000;
  return id;
}

// A statement on its way: it overtakes others, and may come late or never where nobody waits for its answer any more.
machine Connection {
  var call: (target: machine, message: event, payload: any, slow: bool);

  start state Open {
    entry (given: (target: machine, message: event, payload: any, slow: bool)) {
      call = given;
      if (call.slow)
        send this, eBeat;
      else
        Land();
    }

    on eBeat do {
      if (choose(20) != 0)
        send this, eBeat;
      else if (choose(4) != 0)
        Land();
      else
        raise halt;
    }
  }

  fun Land() {
    send call.target, call.message, call.payload;
    raise halt;
  }
}

fun Ask(target: machine, message: event, payload: any, slow: bool) {
  new Connection((target = target, message = message, payload = payload, slow = slow));
}
