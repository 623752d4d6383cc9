namespace Catenet.Fabric.Links;

/// <summary>Loss in bursts: the Gilbert-Elliott model, a link that is in a good or in a bad state and changes between them by chance, frame by frame.</summary>
/// <param name="P">Probability, per frame, that a good link turns bad.</param>
/// <param name="R">Probability, per frame, that a bad link turns good; the mean burst is 1 / R frames.</param>
/// <param name="GoodLoss">Probability that a frame is lost while the link is good.</param>
/// <param name="BadLoss">Probability that a frame is lost while the link is bad.</param>
public sealed record BurstLoss(double P, double R, double GoodLoss = 0, double BadLoss = 1)
{
    /// <summary>The share of frames lost in the long run.</summary>
    public double MeanLoss => P + R == 0 ? GoodLoss : ((R * GoodLoss) + (P * BadLoss)) / (P + R);

    /// <summary>Makes the model from what one wants to see: the share of frames lost, and how many in a row.</summary>
    /// <param name="loss">The share of frames lost in the long run; 0 up to, not including, 1.</param>
    /// <param name="burst">The mean number of frames lost in a row; at least 1.</param>
    /// <exception cref="ArgumentException">A value is out of its range, or no such model exists.</exception>
    public static BurstLoss Of(double loss, double burst)
    {
        LinkDirectionSettings.Require(loss is >= 0 and < 1, "burst loss", "0 up to, not including, 1");
        LinkDirectionSettings.Require(burst >= 1, "mean burst", "1 frame or more");
        double r = 1 / burst;
        var model = new BurstLoss(loss * r / (1 - loss), r);
        model.Validate();
        return model;
    }

    internal void Validate()
    {
        LinkDirectionSettings.Require(LinkDirectionSettings.IsProbability(P), "burst loss p", "0 to 1");
        LinkDirectionSettings.Require(LinkDirectionSettings.IsProbability(R), "burst loss r", "0 to 1");
        LinkDirectionSettings.Require(LinkDirectionSettings.IsProbability(GoodLoss), "burst loss in the good state", "0 to 1");
        LinkDirectionSettings.Require(LinkDirectionSettings.IsProbability(BadLoss), "burst loss in the bad state", "0 to 1");
    }
}
