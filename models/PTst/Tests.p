module Mail = { World, Client, Connection, Database, Scheduler, Sweeper, Broker, SmtpServer, Sender };

fun Stormy(bug: tBug): tConfig {
  return (bug = bug, senders = 2, sweep_wakes = true, losses = 2, doubles = 2, deaths = 2, pauses = 2, timeouts = 2, smtp_faults = 3);
}

// Where the broker loses nothing, the sweep need not wake anything.
fun NothingLost(bug: tBug): tConfig {
  return (bug = bug, senders = 2, sweep_wakes = false, losses = 0, doubles = 2, deaths = 2, pauses = 2, timeouts = 2, smtp_faults = 3);
}

machine TestStorm { start state Init { entry { new World(Stormy(NONE)); } } }
machine TestNothingLost { start state Init { entry { new World(NothingLost(NONE)); } } }

test Protocol [main=TestStorm]:
  assert NeverTwice, NeverAfterCancel, NeverEarly, StatusIsTrue, NoDotAfterGivenUp, ResendReplaces, EachBecomesFinal in
  (union Mail, { TestStorm });

test ProtocolWithoutWakingSweep [main=TestNothingLost]:
  assert NeverTwice, NeverAfterCancel, NeverEarly, StatusIsTrue, NoDotAfterGivenUp, ResendReplaces, EachBecomesFinal in
  (union Mail, { TestNothingLost });

// Each seeded bug, and the one specification that it breaks.
machine SeedClaimWithoutStatus { start state Init { entry { new World(Stormy(CLAIM_WITHOUT_STATUS)); } } }
test ClaimWithoutStatus [main=SeedClaimWithoutStatus]: assert NeverTwice in (union Mail, { SeedClaimWithoutStatus });

machine SeedClaimWithoutDue { start state Init { entry { new World(Stormy(CLAIM_WITHOUT_DUE)); } } }
test ClaimWithoutDue [main=SeedClaimWithoutDue]: assert NeverEarly in (union Mail, { SeedClaimWithoutDue });

machine SeedSweepResetsSending { start state Init { entry { new World(Stormy(SWEEP_RESETS_SENDING)); } } }
test SweepResetsSending [main=SeedSweepResetsSending]: assert NeverTwice in (union Mail, { SeedSweepResetsSending });

machine SeedExpiryToPending { start state Init { entry { new World(Stormy(EXPIRY_TO_PENDING)); } } }
test ExpiryToPending [main=SeedExpiryToPending]: assert NeverTwice in (union Mail, { SeedExpiryToPending });

machine SeedOutcomeWithoutClaim { start state Init { entry { new World(Stormy(OUTCOME_WITHOUT_CLAIM)); } } }
test OutcomeWithoutClaim [main=SeedOutcomeWithoutClaim]: assert NeverTwice in (union Mail, { SeedOutcomeWithoutClaim });

machine SeedCancelWithoutCondition { start state Init { entry { new World(Stormy(CANCEL_WITHOUT_CONDITION)); } } }
test CancelWithoutCondition [main=SeedCancelWithoutCondition]: assert NeverAfterCancel in (union Mail, { SeedCancelWithoutCondition });

machine SeedRetryWithoutTimer { start state Init { entry { new World(NothingLost(RETRY_WITHOUT_TIMER)); } } }
test RetryWithoutTimer [main=SeedRetryWithoutTimer]: assert EachBecomesFinal in (union Mail, { SeedRetryWithoutTimer });

machine SeedGiveBackInFlight { start state Init { entry { new World(Stormy(GIVE_BACK_IN_FLIGHT)); } } }
test GiveBackInFlight [main=SeedGiveBackInFlight]: assert NeverTwice in (union Mail, { SeedGiveBackInFlight });

machine SeedFenceForgetsLapse { start state Init { entry { new World(Stormy(FENCE_FORGETS_LAPSE)); } } }
test FenceForgetsLapse [main=SeedFenceForgetsLapse]: assert NoDotAfterGivenUp in (union Mail, { SeedFenceForgetsLapse });

machine SeedResendLeavesClaim { start state Init { entry { new World(Stormy(RESEND_LEAVES_CLAIM)); } } }
test ResendLeavesClaim [main=SeedResendLeavesClaim]: assert ResendReplaces in (union Mail, { SeedResendLeavesClaim });
