namespace Mail.SenderService.Smtp.Verdicts;

/// <summary>Whom or what a refusal concerns, and for how long.</summary>
public enum VerdictKind
{
    /// <summary>This e-mail, by the reply's code: a 5yz is for good, anything else for now.</summary>
    Email,

    /// <summary>This e-mail, for good.</summary>
    EmailForGood,

    /// <summary>This e-mail, for now, whatever the code's first digit.</summary>
    EmailLater,

    /// <summary>This connection. Another one takes the same e-mail at once.</summary>
    Connection,

    /// <summary>How many connections there are. Those that the server accepted go on.</summary>
    ConnectionCount,

    /// <summary>How many e-mails there are in a time. The sender waits and goes on more slowly.</summary>
    Pace,

    /// <summary>The account or its sender address: no e-mail gets through until somebody changes it.</summary>
    Account,

    /// <summary>The name that the sender greets the server with.</summary>
    Greeting,

    /// <summary>The server, or the way to it.</summary>
    Server
}
