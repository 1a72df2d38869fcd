// PostgreSQL: documents and timers, and the clock that decides what is due. A handler is a transaction: a conditional
// update waits for the row's lock and then judges its condition anew, so that it is as good as alone.
machine Database {
  var world: machine;
  var worth: int; // for how long an e-mail is worth sending
  var sweep_wakes: bool;
  var bug: tBug;
  var now: int;
  var emails: map[int, tEmail];
  var timers: map[int, tTimer];
  var taken: set[int]; // timers that a dispatcher's open transaction holds
  var tokens: int;
  var seen: map[machine, int];

  start state Serving {
    entry (config: (world: machine, worth: int, sweep_wakes: bool, bug: tBug)) {
      world = config.world;
      worth = config.worth;
      sweep_wakes = config.sweep_wakes;
      bug = config.bug;
    }

    on eTick do {
      now = now + 1;
      announce eNow, now;
    }

    // SaveEmailConfig: the diff and its event in one commit. What is no longer pending is too late, not cancelled; but what a sender has
    // in hand, or may have handed over, is cancelled in place of being tried again.
    on eSave do (save: (client: machine, added: map[int, int], removed: seq[int])) {
      var id: int;
      var cancelled: seq[int];
      foreach (id in keys(save.added))
        Insert(id, save.added[id]);
      foreach (id in save.removed)
        if (id in emails && emails[id].status == PENDING) {
          Become(id, CANCELLED);
          cancelled += (sizeof(cancelled), id);
        }
        else if (id in emails && (emails[id].status == SENDING || emails[id].status == UNKNOWN)) {
          emails[id].let_go = true;
          announce eLetGo, id;
        }
      Schedule((saved = true, ids = keys(save.added), due = now));
      send save.client, eCancelled, cancelled;
    }

    // CancelEmail. One that is cancelled already is acknowledged again.
    on eCancel do (cancel: (client: machine, id: int)) {
      if (!(cancel.id in emails))
        return;
      if (emails[cancel.id].status == PENDING || bug == CANCEL_WITHOUT_CONDITION)
        Become(cancel.id, CANCELLED);
      if (emails[cancel.id].status == CANCELLED)
        send cancel.client, eCancelled, Single(cancel.id);
      else
        send cancel.client, eTooLate, cancel.id;
    }

    // RescheduleEmail: a new timer beside the old one, which will find nothing due.
    on eMove do (move: (id: int, due: int)) {
      if (!(move.id in emails) || emails[move.id].status != PENDING)
        return;
      emails[move.id].due = move.due;
      emails[move.id].send_before = move.due + worth;
      announce eScheduled, (id = move.id, due = move.due);
      Wake(move.id, move.due);
    }

    // ResendEmail: a person decided, so the old one must not come back to life by a late outcome.
    on eResend do (resend: (id: int, copy: int)) {
      if (!(resend.id in emails) || emails[resend.id].status != UNKNOWN || resend.copy in emails)
        return;
      if (bug != RESEND_LEAVES_CLAIM)
        emails[resend.id].resent = true;
      announce eResent, resend.id;
      Insert(resend.copy, now);
      Wake(resend.copy, now);
    }

    // EmailConfigSavedConsumer: it reads the documents, so the event may come twice, late or out of order.
    on eSchedule do (ids: seq[int]) {
      var id: int;
      foreach (id in ids)
        if (emails[id].status == PENDING)
          Wake(id, emails[id].due);
    }

    // TimerClaims: claimed, published, confirmed, and only then deleted.
    on eTakeDue do (dispatcher: machine) {
      var token: int;
      var due: map[int, tTimer];
      foreach (token in keys(timers))
        if (timers[token].due <= now && !(token in taken)) {
          taken += (token);
          due[token] = timers[token];
        }
      send dispatcher, eDue, due;
    }

    on ePublished do (published: set[int]) {
      var token: int;
      foreach (token in published) {
        taken -= (token);
        timers -= (token);
      }
    }

    on eRolledBack do (unpublished: set[int]) {
      var token: int;
      foreach (token in unpublished)
        taken -= (token);
    }

    // Sweep: claims of the dead, what is not worth sending any more, and what nobody woke.
    on eSweep do (sweeper: machine) {
      var id: int;
      foreach (id in keys(emails)) {
        LoseClaim(id);
        if (emails[id].status == PENDING && emails[id].send_before <= now) {
          if (emails[id].attempts == 0)
            Become(id, EXPIRED);
          else
            Become(id, FAILED);
        }
        if (emails[id].status == PENDING && emails[id].due < now && emails[id].woken + 1 < now && sweep_wakes) {
          emails[id].woken = now;
          Wake(id, now);
        }
      }
      send sweeper, eSwept, Open();
    }

    // EmailClaims.ClaimAsync: all of it at once, so that a stale wake-up claims nothing.
    on eClaim do (claim: (sender: machine, batch: int, ids: seq[int])) {
      var id: int;
      var claimed: seq[tClaimed];
      foreach (id in claim.ids)
        if ((emails[id].status == PENDING || bug == CLAIM_WITHOUT_STATUS) && (emails[id].due <= now || bug == CLAIM_WITHOUT_DUE) && emails[id].send_before > now) {
          emails[id].sender = claim.sender;
          emails[id].batch = claim.batch;
          Become(id, SENDING);
          announce eAttempted, id;
          claimed += (sizeof(claimed), (id = id, send_before = emails[id].send_before));
        }
      send claim.sender, eClaimed, (batch = claim.batch, claimed = claimed, at = now);
    }

    // AttemptOutcomes.RecordAsync: a late outcome of the same claim may correct an 'unknown'; one of another claim moves
    // nothing. What is pending again has its timer in the same commit.
    on eRecord do (outcome: (sender: machine, batch: int, id: int, move: tMove)) {
      var email: tEmail;
      email = emails[outcome.id];
      if ((email.status == SENDING || email.status == UNKNOWN)
        && (email.sender == outcome.sender && email.batch == outcome.batch || bug == OUTCOME_WITHOUT_CLAIM)
        && !(email.resent && outcome.move.status == PENDING)) {
        emails[outcome.id].attempts = email.attempts + 1;
        if (outcome.move.status == PENDING && emails[outcome.id].let_go && bug != RETRY_OUTLIVES_SAVE)
          Become(outcome.id, CANCELLED);
        else if (outcome.move.status == PENDING) {
          Return(outcome.id);
          emails[outcome.id].due = outcome.move.due;
          if (bug != RETRY_WITHOUT_TIMER)
            Wake(outcome.id, outcome.move.due);
        }
        else {
          // The remainder in the same commit; not where a person has had a copy sent to all of them meanwhile.
          if (outcome.move.rest && bug != REMAINDER_APART && (!email.resent || bug == REMAINDER_BESIDE_COPY))
            Leave(outcome.id, RestOf(outcome.id));
          Become(outcome.id, outcome.move.status);
        }
      }
      else if (outcome.move.rest && bug == REMAINDER_WITHOUT_CONDITION)
        Leave(outcome.id, RestOf(outcome.id) + 1000);
      send outcome.sender, eRecorded, (batch = outcome.batch, id = outcome.id);
    }

    on eLeave do (id: int) {
      Leave(id, RestOf(id));
    }

    // EmailClaims.GiveBackAsync: a batch whose answer was lost and nobody will act on.
    on eGiveBack do (claim: (sender: machine, batch: int)) {
      var id: int;
      foreach (id in keys(emails))
        if (emails[id].status == SENDING && emails[id].sender == claim.sender && emails[id].batch == claim.batch) {
          if (emails[id].let_go && bug != GIVE_BACK_OUTLIVES_SAVE)
            Become(id, CANCELLED);
          else {
            Return(id);
            Wake(id, now);
          }
        }
    }

    on eHeartbeat do (beat: (sender: machine, at: int)) {
      seen[beat.sender] = now;
      send beat.sender, eRenewed, beat.at;
    }
  }

  fun LoseClaim(id: int) {
    if (emails[id].status != SENDING)
      return;
    if (bug == SWEEP_RESETS_SENDING && emails[id].due + 1 < now)
      Return(id);
    else if (!(emails[id].sender in seen) || now - seen[emails[id].sender] > ExpiresAfter()) {
      announce eGivenUp, (id = id, sender = emails[id].sender, batch = emails[id].batch);
      if (bug == EXPIRY_TO_PENDING)
        Return(id);
      else
        Become(id, UNKNOWN);
    }
  }

  fun Insert(id: int, due: int) {
    emails[id] = (status = PENDING, due = due, send_before = due + worth, sender = default(machine), batch = 0, attempts = 0, woken = -10, resent = false, let_go = false);
    announce eScheduled, (id = id, due = due);
    Become(id, PENDING);
  }

  fun Leave(id: int, rest: int) {
    if (rest in emails)
      return;
    Insert(rest, now);
    emails[rest].send_before = emails[id].send_before;
    Wake(rest, now);
  }

  fun Return(id: int) {
    emails[id].sender = default(machine);
    emails[id].batch = 0;
    Become(id, PENDING);
  }

  fun Become(id: int, status: tStatus) {
    emails[id].status = status;
    announce eStatus, (id = id, status = status);
    if (status == PENDING)
      send world, eOpened;
  }

  fun Wake(id: int, due: int) {
    Schedule((saved = false, ids = Single(id), due = due));
  }

  fun Schedule(timer: tTimer) {
    tokens = tokens + 1;
    timers[tokens] = timer;
  }

  fun Open(): int {
    var email: tEmail;
    var open: int;
    foreach (email in values(emails))
      if (email.status == PENDING || email.status == SENDING)
        open = open + 1;
    return open;
  }

  fun Single(id: int): seq[int] {
    var ids: seq[int];
    ids += (0, id);
    return ids;
  }
}
