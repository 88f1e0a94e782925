//! One-way analysis of variance.

use super::*;

/// The table's sums of squares, F, R² and residual standard deviation.
fn check(name: &str, least: f64, table: &Anova, certified: [f64; 7]) {
    let found = [
        table.ss_between,
        table.ms_between,
        table.f.unwrap(),
        table.ss_within,
        table.ms_within,
        table.r_squared.unwrap(),
        table.residual_sd,
    ];
    assert_digits(name, least, &found.into_iter().zip(certified).collect::<Vec<_>>());
}

#[test]
fn si_rstv_to_13_digits() {
    // Resistivity of silicon wafers by five instruments.
    let values = [
        196.3052, 196.1240, 196.1890, 196.2569, 196.3403, 196.3042, 196.3825, 196.1669, 196.3257, 196.0422, 196.1303,
        196.2005, 196.2889, 196.0343, 196.1811, 196.2795, 196.1748, 196.1494, 196.1485, 195.9885, 196.2119, 196.1051,
        196.1850, 196.0052, 196.2090,
    ];
    let groups: Vec<u32> = (0..25).map(|i| i / 5).collect();
    let table = anova(&values, &groups, 5).unwrap();
    assert_eq!((table.df_between, table.df_within), (4, 20));
    let certified = [
        5.114_626_160_000_00E-02,
        1.278_656_540_000_00E-02,
        1.180_462_374_402_55,
        2.166_365_600_000_00E-01,
        1.083_182_800_000_00E-02,
        1.909_990_390_511_29E-01,
        1.040_760_683_346_56E-01,
    ];
    check("SiRstv", 13.0, &table, certified);
    // With 4 and 20 degrees of freedom the tail is a sum: C(11,10)·x¹⁰(1−x) + x¹¹ with x = 20/(20 + 4F).
    assert!((table.p.unwrap() - 0.349_447_493_402).abs() < 1e-12, "{:?}", table.p);
}

#[test]
fn atm_wt_ag_to_13_digits() {
    // Atomic weight of silver by two instruments; seven leading digits never change.
    let last = [
        1568, 1465, 1572, 1785, 1446, 1903, 1526, 1494, 1616, 1587, 1519, 1486, 1419, 1569, 1508, 1672, 1385, 1518,
        1662, 1424, 1360, 1333, 1610, 1477, 1079, 1344, 1513, 1197, 1604, 1385, 1642, 1365, 1151, 1082, 1517, 1448,
        1198, 1482, 1334, 1609, 1101, 1512, 1469, 1360, 1254, 1261, 1450, 1368,
    ];
    let values: Vec<f64> = last.iter().map(|d| format!("107.868{d}").parse().unwrap()).collect();
    let groups: Vec<u32> = (0..48).map(|i| i / 24).collect();
    let certified = [
        3.638_341_875_000_00E-09,
        3.638_341_875_000_00E-09,
        1.594_673_356_779_30E+01,
        1.049_517_291_666_67E-08,
        2.281_559_329_710_14E-10,
        2.574_265_445_383_21E-01,
        1.510_483_144_464_10E-05,
    ];
    check("AtmWtAg", 13.0, &anova(&values, &groups, 2).unwrap(), certified);
}

#[test]
fn simon_and_lesage_to_14_digits() {
    // Nine treatments; the constant leading digits grow to thirteen. A double's nearest to 1000000000000.4
    // is off by 10⁻⁵, so that software which takes the doubles as they are reaches 2 to 4 digits there.
    let first = [4, 3, 5, 3, 5, 3, 5, 3, 5];
    for leading in ["1", "1000000", "1000000000000"] {
        for n_each in [21u32, 201, 2001] {
            let (mut values, mut groups): (Vec<f64>, Vec<u32>) = (Vec::new(), Vec::new());
            for (treatment, digit) in (0u32..).zip(first) {
                for i in 0..n_each {
                    let digit = match (i, i % 2) {
                        (0, _) => digit,
                        (_, 1) => digit - 1,
                        _ => digit + 1,
                    };
                    values.push(format!("{leading}.{digit}").parse().unwrap());
                    groups.push(treatment);
                }
            }
            let k = f64::from(n_each);
            let df_within = 9.0 * (k - 1.0);
            // Certified for the three sizes: 1.68, 16.08 and 160.08 between; 1.8, 18 and 180 within.
            let (between, within) = (0.08 * k, 0.01 * df_within);
            let (ms_between, ms_within) = (between / 8.0, 0.01);
            let certified =
                [between, ms_between, ms_between / ms_within, within, ms_within, between / (between + within), 0.1];
            check(&format!("SmLs {leading} {n_each}"), 14.0, &anova(&values, &groups, 9).unwrap(), certified);
        }
    }
}
