// What callers are promised where the server takes an e-mail for some of its recipients only.

// Who was put off is never forgotten: what is sent has its remainder, unless a copy was sent to all of them.
spec NobodyLeftOut observes eLeftOver, eStatus, eScheduled, eResent {
  var left: set[int];
  var delivered: set[int];
  var served: set[int];
  start cold state AllServed {
    on eLeftOver do Leave;
    on eStatus do Look;
    on eScheduled do Serve;
    on eResent do Resend;
  }
  hot state SomebodyLeftOut {
    on eLeftOver do Leave;
    on eStatus do Look;
    on eScheduled do Serve;
    on eResent do Resend;
  }
  fun Leave(id: int) {
    left += (id);
  }
  fun Look(email: (id: int, status: tStatus)) {
    if (email.status == DELIVERED)
      delivered += (email.id);
    Judge();
  }
  fun Serve(email: (id: int, due: int)) {
    if (IsRest(email.id))
      served += (OriginalOf(email.id));
    Judge();
  }
  fun Resend(id: int) {
    served += (id);
    Judge();
  }
  fun Judge() {
    var id: int;
    foreach (id in left)
      if (id in delivered && !(id in served))
        goto SomebodyLeftOut;
    goto AllServed;
  }
}

// Nor does anybody who was put off get it twice, as it may be from two remainders.
spec NoRestTwice observes eKept {
  var kept: set[int];
  start state Watching {
    on eKept do (id: int) {
      if (!IsRest(id))
        return;
      assert !(OriginalOf(id) in kept), format("NoRestTwice: the server keeps the rest of e-mail {0} twice", OriginalOf(id));
      kept += (OriginalOf(id));
    }
  }
}

// Nor from a remainder and from the copy that a person has had sent.
spec NoRestBesideCopy observes eResent, eDotLeft {
  var resent: set[int];
  start state Watching {
    on eResent do (id: int) {
      resent += (id);
    }
    on eDotLeft do (claim: (id: int, sender: machine, batch: int)) {
      assert !(IsRest(claim.id) && OriginalOf(claim.id) in resent), format("NoRestBesideCopy: the rest of e-mail {0} is handed over beside its copy", OriginalOf(claim.id));
    }
  }
}
