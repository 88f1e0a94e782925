//! The statistics behind the findings: small functions over slices of numbers, each tested against
//! published values.
//!
//! Missing values are NaN on the way in and left out. Functions answer `None` where there are too
//! few values to say anything.

mod asked;
mod change;
mod compare;
mod correct;
mod counts;
mod describe;
mod exact;
mod rank;
mod spec;
mod tail;
mod trend;

pub use asked::stats_in_slices;
pub use change::{Change, find_change};
pub use compare::{TTest, kruskal_wallis, mann_whitney, welch_t};
pub use correct::benjamini_hochberg;
pub use counts::{ChiSquare, RelativeRisk, chi_square, fisher_exact, relative_risk};
pub use describe::{ColumnStats, Moments, describe, describe_column, quantile};
pub use exact::{Univariate, univariate};
pub use rank::{Correlation, Ranks, pearson, rank, spearman, spearman_in_order};
pub use spec::StatsQuery;
pub use tail::{chi_square_p, f_p, normal_p, t_p, t_quantile_975};
pub use trend::{MannKendall, TheilSen, autocorrelation_factor, mann_kendall, theil_sen};
