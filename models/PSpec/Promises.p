// What callers are promised, as the SMTP server and the callers see it.

// Nothing is handed over twice.
spec NeverTwice observes eKept {
  var kept: set[int];
  start state Watching {
    on eKept do (id: int) {
      assert !(id in kept), format("NeverTwice: the server keeps e-mail {0} twice", id);
      kept += (id);
    }
  }
}

// An acknowledged cancel is final.
spec NeverAfterCancel observes eCancelAcknowledged, eKept {
  var cancelled: set[int];
  var kept: set[int];
  start state Watching {
    on eCancelAcknowledged do (id: int) {
      assert !(id in kept), format("NeverAfterCancel: the cancel of e-mail {0} is acknowledged, but the server keeps it", id);
      cancelled += (id);
    }
    on eKept do (id: int) {
      assert !(id in cancelled), format("NeverAfterCancel: the server keeps e-mail {0} after its cancel was acknowledged", id);
      kept += (id);
    }
  }
}

// Never early, by the database's clock.
spec NeverEarly observes eNow, eScheduled, eKept {
  var now: int;
  var due: map[int, int];
  start state Watching {
    on eNow do (at: int) {
      now = at;
    }
    on eScheduled do (email: (id: int, due: int)) {
      due[email.id] = email.due;
    }
    on eKept do (id: int) {
      assert now >= due[id], format("NeverEarly: the server keeps e-mail {0} at {1}, and it is due at {2}", id, now, due[id]);
    }
  }
}

// Each status says of the server what it promises.
spec StatusIsTrue observes eStatus, eKept {
  var status: map[int, tStatus];
  var kept: set[int];
  start state Watching {
    on eStatus do (email: (id: int, status: tStatus)) {
      status[email.id] = email.status;
      if (email.status == DELIVERED)
        assert email.id in kept, format("StatusIsTrue: e-mail {0} is sent, and the server does not have it", email.id);
      else if (email.status != UNKNOWN)
        assert !(email.id in kept), format("StatusIsTrue: the server has e-mail {0}, which is {1}", email.id, email.status);
    }
    on eKept do (id: int) {
      assert status[id] == SENDING || status[id] == UNKNOWN, format("StatusIsTrue: the server keeps e-mail {0}, which is {1}", id, status[id]);
      kept += (id);
    }
  }
}

// The fence: a sender that has lost its claim keeps the final dot back.
spec NoDotAfterGivenUp observes eGivenUp, eDotLeft {
  var given_up: set[(machine, int)];
  start state Watching {
    on eGivenUp do (claim: (id: int, sender: machine, batch: int)) {
      given_up += ((claim.sender, claim.batch));
    }
    on eDotLeft do (claim: (id: int, sender: machine, batch: int)) {
      assert !((claim.sender, claim.batch) in given_up), format("NoDotAfterGivenUp: e-mail {0} is handed over by a claim that was given up", claim.id);
    }
  }
}

// Whoever resends one in doubt gets the copy alone: the old one does not come back to life.
spec ResendReplaces observes eResent, eDotLeft {
  var resent: set[int];
  start state Watching {
    on eResent do (id: int) {
      resent += (id);
    }
    on eDotLeft do (claim: (id: int, sender: machine, batch: int)) {
      assert !(claim.id in resent), format("ResendReplaces: e-mail {0} is handed over again beside its copy", claim.id);
    }
  }
}

// What a save has let go is not tried again: its attempt under way is the last.
spec LetGoIsLetGo observes eLetGo, eAttempted {
  var gone: set[int];
  start state Watching {
    on eLetGo do (id: int) {
      gone += (id);
    }
    on eAttempted do (id: int) {
      assert !(id in gone), format("LetGoIsLetGo: e-mail {0} is tried again after a save has let it go", id);
    }
  }
}

// Each e-mail reaches a final state, as long as a sender lives on.
spec EachBecomesFinal observes eStatus {
  var open: set[int];
  start cold state AllFinal {
    on eStatus do Look;
  }
  hot state SomeOpen {
    on eStatus do Look;
  }
  fun Look(email: (id: int, status: tStatus)) {
    if (email.status == PENDING || email.status == SENDING)
      open += (email.id);
    else
      open -= (email.id);
    if (sizeof(open) == 0)
      goto AllFinal;
    else
      goto SomeOpen;
  }
}
